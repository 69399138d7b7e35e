"""What the supervisor says on the terminal: few lines, in French, each with its hour."""

import sys
from collections.abc import Iterable

from guichet.core import clock


def say(sentence: str) -> None:
    """One dated line."""
    hour = clock.now().astimezone(clock.PARIS).strftime("%H:%M:%S")
    print(f"{hour}  {sentence}", flush=True)


def complain(sentence: str) -> None:
    """One line for what prevents the start."""
    print(sentence, file=sys.stderr, flush=True)


def show(lines: Iterable[str]) -> None:
    """A block read at rest, such as the address and the accounts."""
    print("\n".join(("", *lines, "")), flush=True)
