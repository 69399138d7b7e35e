"""In which order waiting demands are called for a place that frees: the one function to change when a rule says more."""

from collections.abc import Sequence

from guichet.placements.waiting import Match


def called_in_order(found: Sequence[Match], points: dict[int, int]) -> list[Match]:
    """Whole weeks first; then by points at this establishment where they are known, then by seniority.

    `points` are by demand; empty while no barème is in force.
    """
    return sorted(
        found,
        key=lambda one: (
            not one.whole,
            -points.get(one.candidate.id, 0),
            one.candidate.seniority_on,
            one.candidate.id,
        ),
    )
