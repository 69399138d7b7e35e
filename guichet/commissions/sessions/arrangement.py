"""When and where a session is held, its day apart."""

from dataclasses import dataclass

from guichet.commissions.sessions.models import CommissionSession


@dataclass(frozen=True)
class Arrangement:
    """Minutes from midnight, minutes that it lasts, and a place."""

    starts_at: int
    duration: int
    place: str

    @classmethod
    def of(cls, sitting: CommissionSession) -> "Arrangement":
        """As the session is."""
        return cls(sitting.starts_at, sitting.duration, sitting.place)

    @property
    def ends_at(self) -> int:
        """Minutes from midnight, on the clock."""
        return (self.starts_at + self.duration) % (24 * 60)
