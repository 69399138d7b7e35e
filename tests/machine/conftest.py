"""The machine is tried with real processes."""

import pytest


@pytest.fixture(autouse=True)
def house_clock() -> None:
    """The real one: the processes started here read it."""
