#!/bin/sh
# environment.sh PYTHON FOLDER: a Python environment in FOLDER, made again if the one there no longer runs.
set -eu
python=$1
venv=$2

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Il faut Python 3.11 ou plus récent (PYTHON=/chemin/de/python make install pour en choisir un)." >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Il faut Python 3.11 ou plus récent ; celui-ci est $("$python" --version)." >&2
    exit 1
fi
if "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi
# Debian packs Python without the part that makes environments.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package="python3-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installation de $package…"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    else
        echo "Il manque de quoi créer un environnement Python : sudo apt-get install $package, puis recommencez." >&2
        exit 1
    fi
fi
echo "Préparation de l’environnement Python dans $venv (une minute, la première fois)…"
"$python" -m venv --clear "$venv"
