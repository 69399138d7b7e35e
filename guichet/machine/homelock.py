"""One supervisor a home: the lock on its folder."""

import fcntl
import os
import time
from pathlib import Path

from guichet.core.errors import ConfigurationError

LEAVING_SECONDS = 25.0


class HomeLock:
    """Held from the start of the supervisor to the end of the last process it has started."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.descriptor = os.open(home / "guichet.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> "HomeLock":
        """Take the lock. Raises ConfigurationError with a French sentence if a supervisor has it.

        A supervisor killed without a word leaves processes that are still finishing: those are waited for.
        """
        deadline = time.monotonic() + LEAVING_SECONDS
        while not self._try():
            if self._owner_lives():
                raise ConfigurationError(
                    f"Guichet est déjà lancé sur le dossier {self.home} (processus {self._owner()}). "
                    "Choisissez un autre dossier avec GUICHET_HOME, ou arrêtez-le d’abord."
                )
            if time.monotonic() > deadline:
                raise ConfigurationError(
                    f"Des processus d’un lancement précédent travaillent encore dans {self.home} ; "
                    "attendez leur fin ou arrêtez-les."
                )
            time.sleep(0.1)
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)
        return self

    def is_held(self) -> bool:
        """Whether a supervisor, or what it left behind, works in this home now."""
        if not self._try():
            return True
        fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        return False

    def _try(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _owner(self) -> int:
        words = os.pread(self.descriptor, 32, 0).decode(errors="replace").strip()
        return int(words) if words.isdigit() else 0

    def _owner_lives(self) -> bool:
        owner = self._owner()
        if not owner:
            return True  # taken a moment ago, its number not yet written
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
