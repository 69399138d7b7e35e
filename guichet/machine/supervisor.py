"""`guichet run`: everything on one machine, in one command.

It prepares the database, starts Redis, the mail server of the demonstration, the web, the worker and the
clock, watches them, starts again what dies, and stops all of them in order.
"""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from guichet.core.errors import ConfigurationError
from guichet.core.lifeline import dies_with_parent, free_port, port_is_taken
from guichet.core.settings import Settings
from guichet.machine import programs
from guichet.machine.child import Child, cause, rotate, rotate_when_large
from guichet.machine.console import complain, say, show
from guichet.machine.embedded import EmbeddedRedis
from guichet.machine.homelock import HomeLock
from guichet.machine.readiness import is_prepared
from guichet.machine.respawn import TOO_MANY, WITHIN_SECONDS, Deaths

WATCH_SECONDS = 0.1
LOGS_SECONDS = 10.0
"""How often the size of the logs is looked at."""
READY_SECONDS = 90.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """The processes of one home. `env` is what they are told; `settings` what it means."""

    def __init__(self, settings: Settings, env: Mapping[str, str], accounts: tuple[str, ...] = ()) -> None:
        self.settings = settings
        self.accounts = accounts
        self.env = {**env, "GUICHET_HOME": str(settings.home), "PYTHONUNBUFFERED": "1"}
        self.logs = settings.home / "log"
        self.lock = HomeLock(settings.home)
        self.redis: EmbeddedRedis | None = None
        self.redis_deaths = Deaths()
        self.children: list[Child] = []
        self.stops = 0
        self.began = self.logs_seen_at = time.monotonic()
        self.failure = ""

    def run(self) -> int:
        """Until told to stop (0), or until something keeps dying or cannot start (1)."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_stop)
        try:
            self.lock.take()
            self._check_port()
            self.logs.mkdir(parents=True, exist_ok=True)
            self._start_redis()
            self._prepare()
            self._start_all()
            self._watch()
        except ConfigurationError as refusal:
            self.failure = str(refusal)
        finally:
            if self.failure:
                complain(self.failure)
            self._stop_all()
        return 1 if self.failure else 0

    def _on_stop(self, _number: int, _frame: object) -> None:
        self.stops += 1

    def _check_port(self) -> None:
        if port_is_taken(self.settings.port):
            raise ConfigurationError(
                f"Le port {self.settings.port} est déjà pris par un autre programme ; "
                "choisissez-en un autre avec PORT, par exemple PORT=8001."
            )

    def _start_redis(self) -> None:
        if self.settings.redis_url:
            return
        folder = self.settings.home / "redis"
        self.redis = EmbeddedRedis(folder, kept=True, inherited=(self.lock.descriptor,)).start()
        self.env["REDIS_URL"] = self.redis.url()

    def _prepare(self) -> None:
        """Run the one-shot step; it may be long the first time, so a stop is heard during it."""
        if is_prepared(self.settings):
            return
        log = self._log("preparation")
        with log.open("ab") as output:
            step = subprocess.Popen(
                programs.prepare(demo=self.settings.demo),
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
                pass_fds=(self.lock.descriptor,),
            )
        while step.poll() is None and not self.stops:
            time.sleep(0.02)
        if step.poll() is None:
            step.terminate()
        status = step.wait()
        if status and not self.stops:
            lines = log.read_text(errors="replace").strip().splitlines()
            raise ConfigurationError(
                f"La préparation de la base de données a échoué ({cause(status)}) : "
                f"{lines[-1] if lines else 'aucun message'} (voir {log})."
            )

    def _start_all(self) -> None:
        if self.stops:
            return
        chosen = []
        if self.settings.demo and not self.env.get("SMTP_HOST"):
            port = free_port()
            self.env |= {"SMTP_HOST": programs.LOOPBACK, "SMTP_PORT": str(port)}
            chosen.append(programs.mailbox(port))
        chosen += [
            programs.web(self.env, self.settings.port),
            programs.worker(self.env),
            programs.beat(self._beat_schedule()),
        ]
        for program in chosen:
            child = Child(program, self._log(program.name), self.env, self.lock.descriptor)
            self.children.append(child)
            child.start()

    def _beat_schedule(self) -> Path:
        folder = self.settings.home / "beat"
        folder.mkdir(exist_ok=True)
        return folder / "schedule"

    def _log(self, name: str) -> Path:
        log = self.logs / f"{name}.log"
        rotate(log)
        return log

    def _watch(self) -> None:
        ready, since = False, time.monotonic()
        while not self.stops and not self.failure:
            self._look_after_redis()
            for child in self.children:
                self._look_after(child)
            self._look_after_logs()
            if not ready and self._answers():
                ready = True
                self._announce()
            elif not ready and time.monotonic() - since > READY_SECONDS:
                self.failure = f"Le site ne répond pas après {READY_SECONDS:.0f} secondes (voir {self.logs})."
            time.sleep(WATCH_SECONDS if ready else 0.03)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        status = child.exit_status
        if child.start_at is not None:
            if now >= child.start_at:
                child.start()
        elif status is not None:
            child.end_descendants()
            child.deaths = child.deaths.another(now)
            reason = f"{child.program.label} : arrêt imprévu ({cause(status)})"
            if child.deaths.too_many:
                self.failure = self._too_many(reason, child.last_words(), child.log)
                return
            say(f"{reason}, nouveau départ.")
            child.start_at = now + child.deaths.delay

    def _look_after_logs(self) -> None:
        """A site that nobody stops for a year does not fill the disk."""
        if time.monotonic() < self.logs_seen_at + LOGS_SECONDS:
            return
        self.logs_seen_at = time.monotonic()
        for child in self.children:
            rotate_when_large(child.log)
        if self.redis is not None:
            rotate_when_large(self.redis.folder / "redis.log")

    def _look_after_redis(self) -> None:
        if self.redis is None or self.redis.is_running:
            return
        self.redis_deaths = self.redis_deaths.another(time.monotonic())
        status = self.redis.process.returncode if self.redis.process else 0
        reason = f"La file d’attente Redis : arrêt imprévu ({cause(status)})"
        if self.redis_deaths.too_many:
            self.failure = self._too_many(reason, "", self.redis.folder / "redis.log")
            return
        say(f"{reason}, nouveau départ.")
        self.redis.start()

    @staticmethod
    def _too_many(reason: str, last_words: str, log: Path) -> str:
        said = f" Ses derniers mots : « {last_words} »." if last_words else ""
        return (
            f"{reason}, {TOO_MANY} fois en {WITHIN_SECONDS:.0f} secondes.{said} Tout s’arrête (voir {log})."
        )

    def _answers(self) -> bool:
        link = http.client.HTTPConnection(programs.LOOPBACK, self.settings.port, timeout=2)
        try:
            link.request("GET", "/sante")
            return link.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()

    def _announce(self) -> None:
        seconds = f"{time.monotonic() - self.began:.1f}".replace(".", ",")
        show(
            (
                f"Guichet est prêt en {seconds} s : {self.settings.public_url}",
                *self.accounts,
                f"Les données sont dans {self.settings.home}, les journaux dans {self.logs}. Ctrl-C pour arrêter.",
            )
        )

    def _stop_all(self) -> None:
        """The doors first, then those who work behind them, then the queue they share."""
        for child in self.children:
            child.ask_to_stop()
        asked = time.monotonic()
        for child in self.children:
            while child.is_running and time.monotonic() - asked < child.program.patience and self.stops < 2:
                time.sleep(0.02)
            if not child.end(0.0) and self.stops < 2:
                say(f"{child.program.label} : arrêt forcé après {child.program.patience:.0f} secondes.")
        if self.redis is not None:
            self.redis.stop()
        with suppress(OSError):
            os.close(self.lock.descriptor)
