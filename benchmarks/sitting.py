"""A commission of 300 demands: eight people at its screen, its signature, its letters and its papers.

`python -m benchmarks.sitting [demands]`, or `make bench-commission`. The product as it is installed on one machine
(`guichet run`: SQLite, its own Redis, two web processes, one worker), on loopback, from pages only; the database
alone tells what the worker has done. Writes its section of benchmarks/RESULTS.md.
"""

import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.driver import Browser, Job, wait_for
from benchmarks.sitting_place import Place, prepared
from guichet.commissions.papers.models import DONE, NOMINAL, PACK, SessionDocument
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing.models import DryRun
from guichet.core import clock
from guichet.core.lifeline import dies_with_parent, free_port
from guichet.core.settings import Settings
from guichet.demo.accounts import PASSWORD
from guichet.notifications.models import TO_PRINT, LetterPdf, LetterRow

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
TITLE = "## Séance d’une commission"
DEMANDS, PEOPLE, RECORDERS = 300, 8, 2
PATIENCE_S = 300.0
BARS = {
    "decision": ("décision enregistrée, 95 % sous (ms)", 150.0),
    "seen": ("vue par les autres, au pire (s)", 2.0),
    "sign": ("signature de toute la séance (s)", 5.0),
    "desk": ("pages du bureau pendant la signature, au pire (s)", 5.0),
    "papers": ("lettres et procès-verbaux en PDF (s)", 60.0),
    "pack": ("dossier de séance (s)", 10.0),
}
PULSE = re.compile(rb'"pulse": ?(\d+)')
DIGEST = re.compile(r'name="digest" value="([^"]+)"')


@dataclass
class Figures:
    """What was measured, in the units of BARS; `more` are the lines told beside."""

    values: dict[str, float] = field(default_factory=dict)
    more: list[str] = field(default_factory=list)


def main(count: int) -> None:
    """Measure and write."""
    started, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="guichet-sitting-") as home:
        port = free_port()
        env = {**os.environ, "GUICHET_HOME": home, "PORT": str(port), "GUICHET_DEMO": "1"}
        place = prepared(Settings.from_environment(env), port, count)
        product = subprocess.Popen(
            [sys.executable, "-m", "guichet", "run"],
            env=env,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        try:
            wait_for(port, 90)
            figures = measured(place)
        finally:
            product.terminate()
            product.wait(30)
    write(figures, count, load, time.monotonic() - started)


def measured(place: Place) -> Figures:
    """Everything, in the order of a commission."""
    figures = Figures()
    chair, second = _signed_in(place, place.president), _signed_in(place, place.second)
    home = f"/commissions/seances/{place.session_id}"
    pack(place, chair, home, figures)
    _post(chair, f"{home}/ouvrir", {}, home)
    sit(place, home, figures)
    sign(place, chair, second, home, figures)
    return figures


def pack(place: Place, chair: Browser, home: str, figures: Figures) -> None:
    """The pack of the agenda, asked for on its page, until it is ready."""
    begun = time.perf_counter()
    _post(chair, f"{home}/documents", {"kind": PACK}, home)
    _until(place, lambda session: _done_papers(session, place.session_id, PACK) >= 1)
    figures.values["pack"] = time.perf_counter() - begun


def sit(place: Place, home: str, figures: Figures) -> None:
    """Two people record in turn, all eight follow: each asks for the pulse every second, then reads the screen."""
    times: list[float] = []
    recorded: dict[int, float] = {}
    late: list[float] = []
    stop, lock = threading.Event(), threading.Lock()
    failures: list[Exception] = []

    def follow(browser: Browser, watched: bool) -> None:
        pulse = 0
        while not stop.is_set():
            time.sleep(1)
            try:
                browser.connection.request(
                    "GET", f"{home}/etat?pulse={pulse}", headers={"Cookie": browser.cookie}
                )
                answer = browser.connection.getresponse()
                told = answer.read()
                if answer.status != 204:
                    pulse = int(PULSE.findall(told)[0])
                    browser.send(Job(f"{home}/deroulement"))
                    now = time.perf_counter()
                    with lock:
                        seen = [beat for beat in recorded if watched and beat <= pulse]
                        late.extend(now - recorded.pop(beat) for beat in seen)
            except Exception as error:  # it must stop the measure and be seen
                failures.append(error)
                return

    followers = [_signed_in(place, place.second) for _ in range(PEOPLE - RECORDERS)]
    # One of them is watched: what it has seen, it has seen as late as any other.
    threads = [
        threading.Thread(target=follow, args=(one, rank == 0), daemon=True)
        for rank, one in enumerate(followers)
    ]
    for thread in threads:
        thread.start()
    taken: set[int] = set()
    waiting = list(reversed(list(enumerate(place.items))))

    def record(browser: Browser) -> None:
        while waiting and not failures:
            with lock:
                if not waiting:
                    return
                rank, (item, position) = waiting.pop()
            gone = item in taken
            form = (
                {"choice": "wait", "reason": "rank"}
                if gone
                else choice(rank, browser.send(Job(f"{home}/deroulement?point={position}")).decode())
            )
            begun = time.perf_counter()
            sent = {**form, "seen": "0", "browsing": "y"}
            try:
                browser.send(Job(f"{home}/points/{item}/decision", sent, 303))
            except RuntimeError as refusal:
                # The other has just given the last seat: as in a room, they wait.
                if not str(refusal).startswith("422"):
                    failures.append(refusal)
                    return
                with lock:
                    waiting.append((rank * 4 + 1, (item, position)))
                    taken.add(item)
                continue
            done = time.perf_counter()
            with lock:
                times.append(done - begun)
            pulse = _pulse(place)
            with lock:
                recorded[pulse] = done
            time.sleep(0.3)

    recorders = [_signed_in(place, place.president) for _ in range(RECORDERS)]
    for browser in recorders:
        browser.send(Job(f"{home}/deroulement?point=1"), keep=True)
    writing = [threading.Thread(target=record, args=(one,)) for one in recorders]
    for thread in writing:
        thread.start()
    for thread in writing:
        thread.join()
    # Those who follow have the time to see the last one.
    time.sleep(3)
    stop.set()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    ranked = sorted(times)
    figures.values["decision"] = ranked[int(0.95 * len(ranked))] * 1000
    figures.values["seen"] = max(late)
    figures.more.append(
        f"{len(times)} décisions, médiane {ranked[len(ranked) // 2] * 1000:.0f} ms ; vues par les autres en "
        f"{sorted(late)[len(late) // 2]:.1f} s, médiane."
    )


def choice(rank: int, page: str) -> dict[str, str]:
    """What is decided: what the engine proposes, or else one refusal in four, the others wait."""
    fits = re.search(r'class="fit fit-(\w+)"', page)
    if 'value="accept"' in page and fits and fits[1] == "green":
        return {"choice": "accept"}
    if rank % 4 == 0:
        return {"choice": "refuse", "reason": "rank"}
    return {"choice": "wait", "reason": "rank"}


def sign(place: Place, chair: Browser, second: Browser, home: str, figures: Figures) -> None:
    """The dry run, its answers, two signatures while the desk reads its pages, then what the worker makes."""
    begun = time.perf_counter()
    _post(chair, f"{home}/signature/essai", {}, f"{home}/signature")
    _until(place, lambda session: session.scalar(_dry_runs(place, "done")) == 1)
    figures.more.append(f"Essai de la signature, lettres écrites : {time.perf_counter() - begun:.1f} s.")
    chair.connection.close()
    page = chair.send(Job(f"{home}/signature"), keep=True).decode()
    for key in dict.fromkeys(re.findall(r'name="key" value="([^"]+)"', page)):
        chair.send(Job(f"{home}/signature/points", {"key": key, "reason": "Vu en séance."}, 303), keep=True)
        page = chair.send(Job(f"{home}/signature"), keep=True).decode()
    found = DIGEST.search(page)
    assert found, "the page of the signature carries no digest"
    form = {"signs": "y", "digest": found[1]}
    chair.send(Job(f"{home}/signature", form, 303))
    second.connection.close()
    second.send(Job(f"{home}/signature"), keep=True)
    worst, stop = [0.0], threading.Event()
    desk = _signed_in(place, place.second)

    def read() -> None:
        while not stop.is_set():
            start = time.perf_counter()
            desk.send(Job("/demandes"))
            worst[0] = max(worst[0], time.perf_counter() - start)

    reader = threading.Thread(target=read)
    reader.start()
    begun = time.perf_counter()
    second.send(Job(f"{home}/signature", form, 303))
    signed = time.perf_counter()
    stop.set()
    reader.join()
    figures.values["sign"], figures.values["desk"] = signed - begun, worst[0]
    with place.database.reading() as session:
        letters = session.scalar(_letters(place)) or 0
    figures.more.append(f"{letters} lettres libérées par la signature.")
    _until(
        place,
        lambda session: (session.scalar(_pdfs(place)) or 0) >= letters and _minutes(session, place) >= 2,
    )
    figures.values["papers"] = time.perf_counter() - signed


def _dry_runs(place: Place, state: str):
    return select(func.count()).where(DryRun.session_id == place.session_id, DryRun.state == state)


def _letters(place: Place):
    return select(func.count()).where(
        LetterRow.key.like(f"session:{place.session_id}:%"), LetterRow.state != "cancelled"
    )


def _pdfs(place: Place):
    return (
        select(func.count())
        .select_from(LetterPdf)
        .join(LetterRow, LetterRow.id == LetterPdf.letter_id)
        .where(LetterRow.key.like(f"session:{place.session_id}:%"), LetterRow.state == TO_PRINT)
    )


def _minutes(session, place: Place) -> int:
    return sum(_done_papers(session, place.session_id, kind) for kind in (NOMINAL, "communicable"))


def _done_papers(session, sitting_id: int, kind: str) -> int:
    wanted = select(func.count()).where(
        SessionDocument.session_id == sitting_id, SessionDocument.kind == kind, SessionDocument.state == DONE
    )
    return session.scalar(wanted) or 0


def _pulse(place: Place) -> int:
    with place.database.reading() as session:
        return (
            session.scalar(select(CommissionSession.pulse).where(CommissionSession.id == place.session_id))
            or 0
        )


def _until(place: Place, done) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with place.database.reading() as session:
            if done(session):
                return
        time.sleep(0.1)
    raise TimeoutError("the worker has not finished")


def _signed_in(place: Place, email: str) -> Browser:
    browser = Browser(place.port)
    browser.send(Job("/connexion"), keep=True)
    browser.send(Job("/connexion", {"email": email, "password": PASSWORD}, 302), keep=True)
    browser.send(Job("/aujourdhui"), keep=True)
    return browser


def _post(browser: Browser, path: str, form: dict[str, str], before: str) -> None:
    browser.connection.close()  # the server closes those that were idle
    browser.send(Job(before), keep=True)
    browser.send(Job(path, form, 303), keep=True)


def write(figures: Figures, count: int, load: float, seconds: float) -> None:
    """The section of the figures, in the place of the former one."""
    rows = [
        f"| {BARS[name][0]} | {value:.1f} | {BARS[name][1]:.0f} | {'tenu' if value <= BARS[name][1] else '**MANQUÉ**'} |"
        for name, value in figures.values.items()
    ]
    section = "\n".join(
        [
            TITLE,
            "",
            f"`python -m benchmarks.sitting {count}` ; {clock.now():%Y-%m-%d} ; {os.cpu_count()} processeurs "
            f"{platform.machine()} ; charge {load:.1f} au départ ; {seconds / 60:.0f} min.",
            "",
            f"Le produit d’une seule machine (`guichet run`, SQLite, un service d’envoi), {count} demandes à l’ordre du jour, "
            f"{PEOPLE} personnes connectées dont {RECORDERS} qui enregistrent ; les autres demandent le pouls chaque seconde.",
            "",
            "| but | mesuré | au plus | |",
            "|---|--:|--:|---|",
            *rows,
            "",
            *figures.more,
            "",
        ]
    )
    print(section)
    known = RESULTS.read_text()
    start = known.find(TITLE)
    if start < 0:
        RESULTS.write_text(f"{known.rstrip()}\n\n{section}")
        return
    end = known.find("\n## ", start + 1)
    RESULTS.write_text(known[:start] + section + ("" if end < 0 else known[end:]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEMANDS)
