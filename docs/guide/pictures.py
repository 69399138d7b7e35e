"""Draw again the pictures of the guide: the demonstration on a home of its own, visited by each public.

`make guide-pictures` runs it. Dates move with the day; names do not, the demonstration's seed being fixed.
What each public is shown doing is in `visits/`. Needs Debian's chromium (or CHROMIUM=/path).
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright
from visits.coordination import the_bareme, the_others, the_proposal
from visits.desk import the_childminders, the_desk, the_points
from visits.direction import the_commission, the_places
from visits.sitting import the_answers, the_sitting
from visits.visit import IMAGES
from visits.year import the_year

ROOT = Path(__file__).parents[2]
READY_WITHIN = 180
"""Seconds for the demonstration to be made and to answer."""
PARTS = {
    one.__name__.removeprefix("the_"): one
    for one in (
        the_desk,
        the_points,
        the_childminders,
        the_places,
        the_bareme,
        the_proposal,
        the_commission,
        the_answers,
        the_sitting,
        the_year,
        the_others,
    )
}


@contextmanager
def demonstration() -> Iterator[str]:
    """`guichet run` on a home of its own and a free port; gives its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="guichet-guide-") as home:
        told = {
            "PYTHONPATH": str(ROOT),
            "GUICHET_DEMO": "1",
            "GUICHET_HOME": home,
            "PORT": str(port),
            "GUICHET_STOP_WITH_PARENT": "1",
        }
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ"}}
        command = [sys.executable, "-m", "guichet", "run"]
        running = subprocess.Popen(command, env=kept | told, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"{address}/connexion", running)
            yield address
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(30)


def wait_for(address: str, running: subprocess.Popen[bytes]) -> None:
    """Until the page answers; an ended process or a too long silence is an error."""
    for _ in range(READY_WITHIN * 2):
        if running.poll() is not None:
            raise RuntimeError("La démonstration s’est arrêtée avant de répondre.")
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - our own loopback address
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError("La démonstration ne répond pas.")


def main() -> None:
    """Draw them all, or the parts named on the command line."""
    IMAGES.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium est absent (sudo apt-get install chromium).")
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in sys.argv[1:] or PARTS:
            PARTS[name](browser, address)
        browser.close()


if __name__ == "__main__":
    main()
