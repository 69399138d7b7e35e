"""`guichet run` as a newcomer and as bad luck meet it: started, broken on purpose, stopped."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from guichet.core.lifeline import free_port

pytestmark = pytest.mark.faults

START_SECONDS = 60
END_SECONDS = 30


class Running:
    """One supervisor over a home of its own."""

    def __init__(self, home, console, **env):
        self.home, self.port = home, free_port()
        self.console = console
        with self.console.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "guichet", "run"],
                env={**clean_environment(), "GUICHET_HOME": str(home), "PORT": str(self.port), **env},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self):
        return self.console.read_text()

    def until_ready(self):
        until(
            lambda: "Guichet est prêt" in self.said() or self.process.poll() is not None,
            START_SECONDS,
            self.said,
        )
        assert self.process.poll() is None, self.said()
        return self

    def answers(self):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            link.request("GET", "/sante")
            return link.getresponse().status == 200
        except OSError:
            return False
        finally:
            link.close()

    def pids(self, *words, parent=None):
        """Its living processes whose command line holds all the words, oldest first."""
        found = []
        for pid, command, above in processes_of(self.home):
            if all(word in command for word in words) and parent in (None, above):
                found.append(pid)
        return sorted(found)

    def main(self, *words):
        """The process the supervisor itself started for a program."""
        found = self.pids(*words, parent=self.process.pid)
        return found[0] if found else None

    def redis(self):
        return redis.Redis.from_url(environment_of(self.main("gunicorn"))["REDIS_URL"], socket_timeout=5)

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return self.process.wait(END_SECONDS)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def clean_environment():
    kept = {"PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name in kept}


def environment_of(pid):
    lines = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return dict(line.decode().split("=", 1) for line in lines if b"=" in line)


def processes_of(home):
    """(pid, command line, parent) of every living process that was told of this home, or runs in it."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            told = f"GUICHET_HOME={home}\0".encode() in (folder / "environ").read_bytes() + b"\0"
            inside = str(home) in str((folder / "cwd").readlink())
            state = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if (told or inside) and state[0] != "Z":
            found.append((int(folder.name), command, int(state[1])))
    return found


def until(condition, seconds, story=lambda: ""):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, story()
        time.sleep(0.05)


def held(guichet, key):
    """What the queue holds under a key; None while it does not answer."""
    try:
        return guichet.redis().get(key)
    except redis.ConnectionError:
        return None


@pytest.fixture
def start(tmp_path):
    """Starts supervisors; whatever happens none outlives the test."""
    started = []

    def start_one(name="home", **env):
        started.append(Running(tmp_path / name, tmp_path / f"console-{len(started)}", **env))
        return started[-1]

    yield start_one
    for running in started:
        running.end()
    for running in started:
        until(
            lambda home=running.home: not processes_of(home),
            END_SECONDS,
            lambda home=running.home: str(processes_of(home)),
        )


def test_ctrl_c_stops_everything_cleanly(start):
    guichet = start().until_ready()
    assert f"http://127.0.0.1:{guichet.port}" in guichet.said()
    assert guichet.answers()
    assert guichet.stop(signal.SIGINT) == 0
    assert processes_of(guichet.home) == []


def test_what_waits_in_the_queue_is_kept_from_one_start_to_the_next(start):
    guichet = start().until_ready()
    guichet.redis().set("kept", "yes")
    assert guichet.stop(signal.SIGTERM) == 0
    again = start().until_ready()
    assert again.redis().get("kept") == b"yes"


def test_no_process_outlives_a_killed_supervisor_and_the_next_start_works(start):
    guichet = start().until_ready()
    guichet.stop(signal.SIGKILL)
    # At once: the new one must wait for those who are still finishing in the same home.
    again = start().until_ready()
    assert len(again.pids("celery", " beat ")) == 1
    assert again.stop() == 0
    assert processes_of(guichet.home) == []


@pytest.mark.parametrize("queue_first", [False, True])
def test_nothing_is_left_of_a_killed_supervisor(start, queue_first):
    guichet = start().until_ready()
    until(lambda: len(guichet.pids("celery", " worker ")) > 1, 20)
    if queue_first:
        # A worker that cannot reach its queue must not wait for it in order to end.
        os.kill(guichet.main("valkey-server"), signal.SIGKILL)
    guichet.stop(signal.SIGKILL)
    until(lambda: not processes_of(guichet.home), 15, lambda: str(processes_of(guichet.home)))


def test_whoever_kills_make_ends_the_guichet(tmp_path):
    """As `make run` starts it: the supervisor ends, in order, with the process that started it."""
    home, port = tmp_path / "under-make", free_port()
    with (tmp_path / "make.console").open("wb") as console:
        make = subprocess.Popen(
            ["sh", "-c", f"{sys.executable} -m guichet run; true"],
            env={
                **clean_environment(),
                "GUICHET_HOME": str(home),
                "PORT": str(port),
                "GUICHET_STOP_WITH_PARENT": "1",
            },
            stdout=console,
            stderr=subprocess.STDOUT,
        )
    until(lambda: "Guichet est prêt" in (tmp_path / "make.console").read_text(), START_SECONDS)
    make.kill()
    make.wait()
    until(lambda: not processes_of(home), END_SECONDS, lambda: str(processes_of(home)))


def test_a_first_start_that_is_interrupted_begins_again_whole(start):
    guichet = start(GUICHET_DEMO="1")
    until(lambda: (guichet.home / "guichet.db.en-cours").exists(), START_SECONDS, guichet.said)
    assert guichet.stop(signal.SIGINT) == 0
    assert not (guichet.home / "guichet.db").exists()
    again = start(GUICHET_DEMO="1").until_ready()
    assert "Comptes de démonstration" in again.said()
    assert not list(again.home.glob("*.en-cours*"))


def test_a_killed_worker_is_replaced_without_leaving_its_pool(start):
    guichet = start().until_ready()
    until(lambda: len(guichet.pids("celery", " worker ")) > 1, 20)
    old = guichet.pids("celery", " worker ")
    os.kill(guichet.main("celery", " worker "), signal.SIGKILL)
    until(lambda: guichet.main("celery", " worker ") not in (None, *old), 15, guichet.said)
    until(lambda: not set(old) & set(guichet.pids("celery", " worker ")), 5)
    assert "Le service d’envoi : arrêt imprévu (signal 9, SIGKILL), nouveau départ." in guichet.said()


def test_a_killed_site_answers_again(start):
    guichet = start().until_ready()
    os.kill(guichet.main("gunicorn"), signal.SIGKILL)
    until(lambda: "Le site : arrêt imprévu" in guichet.said(), 10)
    until(guichet.answers, 15, guichet.said)


def test_a_killed_process_of_the_site_is_replaced_by_its_own_master(start):
    guichet = start().until_ready()
    master = guichet.main("gunicorn")
    one = guichet.pids("gunicorn", parent=master)[0]
    os.kill(one, signal.SIGKILL)
    until(lambda: len(set(guichet.pids("gunicorn", parent=master)) - {one}) == 2, 15)
    assert guichet.answers()


def test_a_killed_queue_comes_back_at_the_same_address_with_what_it_held(start):
    guichet = start().until_ready()
    queue = guichet.redis()
    queue.set("kept", "yes")
    time.sleep(1.5)  # what it promises is the disk within a second
    os.kill(guichet.main("valkey-server"), signal.SIGKILL)
    until(lambda: "La file d’attente Redis : arrêt imprévu" in guichet.said(), 10)
    until(lambda: held(guichet, "kept") == b"yes", 10, guichet.said)


def test_what_keeps_dying_stops_everything_and_says_why(start):
    guichet = start(WEB_THREADS="beaucoup")
    assert guichet.process.wait(START_SECONDS) == 1
    last = guichet.said().strip().splitlines()[-1]
    assert last.startswith("Le site : arrêt imprévu (code de sortie 2), 5 fois en 60 secondes.")
    assert "beaucoup" in last
    assert processes_of(guichet.home) == []


def test_a_second_start_on_the_same_home_is_refused_in_one_sentence(start):
    first = start().until_ready()
    second = start()
    assert second.process.wait(START_SECONDS) == 1
    assert second.said().startswith("Guichet est déjà lancé sur le dossier")
    assert len(second.said().strip().splitlines()) == 1
    assert first.answers()
    first.stop()


def test_a_port_already_taken_is_refused_in_one_sentence(start):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        refused = start(PORT=str(port))
        assert refused.process.wait(START_SECONDS) == 1
    assert refused.said().startswith(f"Le port {port} est déjà pris")
    assert len(refused.said().strip().splitlines()) == 1


def test_a_setting_that_makes_no_sense_is_refused_in_one_sentence(start):
    refused = start(PORT="huit mille")
    assert refused.process.wait(START_SECONDS) == 1
    assert refused.said().strip() == "PORT doit être un nombre entier ; reçu : « huit mille »."
