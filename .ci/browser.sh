#!/bin/sh
# Succeeds when the browser of the tests is there (Debian's chromium, or CHROMIUM=/path), installing it if it may.
[ -n "${GUICHET_NO_BROWSER:-}" ] && exit 1
[ -n "${CHROMIUM:-}" ] && [ -x "$CHROMIUM" ] && exit 0
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installation de chromium, le navigateur des essais…"
    apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
    command -v chromium >/dev/null 2>&1 && exit 0
fi
echo "Chromium est absent (sudo apt-get install chromium) : les essais dans un navigateur sont laissés de côté."
exit 1
