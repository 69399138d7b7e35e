"""Calm: when a process that died is started again, and when that is no longer reasonable."""

from dataclasses import dataclass

TOO_MANY = 5
WITHIN_SECONDS = 60.0
# The first return is at once; a process that keeps dying is not allowed to burn the machine.
DELAYS = (0.0, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Deaths:
    """The recent deaths of one process, as instants in seconds of any clock that only goes forward."""

    instants: tuple[float, ...] = ()

    def another(self, at: float) -> "Deaths":
        """One more death at `at`; those too old to count are forgotten."""
        return Deaths((*(instant for instant in self.instants if at - instant < WITHIN_SECONDS), at))

    @property
    def too_many(self) -> bool:
        """Whether it died so often that starting it again would only hide a fault."""
        return len(self.instants) >= TOO_MANY

    @property
    def delay(self) -> float:
        """Seconds to wait before it is started again."""
        return DELAYS[min(len(self.instants), len(DELAYS)) - 1] if self.instants else 0.0
