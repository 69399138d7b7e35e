"""Calm: the states of an offer, in their order, with the French word of each."""

HELD, OFFERED, POSTPONED, ACCEPTED = "held", "offered", "postponed", "accepted"
ENTERED, DECLINED, EXPIRED, MISSED, CANCELLED = "entered", "declined", "expired", "missed", "cancelled"

STATE: dict[str, str] = {
    HELD: "réservée jusqu’à la fin du tour",
    OFFERED: "réponse attendue",
    POSTPONED: "autre date demandée",
    ACCEPTED: "acceptée",
    ENTERED: "enfant arrivé",
    DECLINED: "refusée",
    EXPIRED: "sans réponse",
    MISSED: "enfant non venu",
    CANCELLED: "annulée",
}
STATES = tuple(STATE)
TAKEN = (OFFERED, POSTPONED, ACCEPTED)
"""A seat is this child's, or may become it: one at a time."""
OPEN = (HELD, *TAKEN)
SAID_YES = (ACCEPTED, ENTERED)
"""« Solution found » in the figures."""
