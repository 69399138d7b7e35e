"""Calm: lines whose content is settled and whose words are written when somebody first reads them."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

from guichet.allocation.numbers.at_rest import collector_at_rest

Line = TypeVar("Line", covariant=True)


class Told(Sequence[Line]):
    """The lines of a result: `count` is known, `tell` writes them all; they are then kept."""

    def __init__(self, count: int, tell: Callable[[], tuple[Line, ...]]) -> None:
        self._count = count
        self._tell: Callable[[], tuple[Line, ...]] | None = tell
        self._lines: tuple[Line, ...] = ()

    def read(self) -> tuple[Line, ...]:
        """Every line."""
        if self._tell:
            with collector_at_rest():
                self._lines, self._tell = self._tell(), None
        return self._lines

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Line]:
        return iter(self.read())

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, place: int | slice) -> Line | tuple[Line, ...]:
        return self.read()[place]

    def __eq__(self, other: object) -> bool:
        return self.read() == (other.read() if isinstance(other, Told) else other)

    def __hash__(self) -> int:
        return hash(self.read())

    def __repr__(self) -> str:
        return repr(self.read())
