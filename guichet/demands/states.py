"""Calm: the states of a demand, in their order, with the French word of each."""

STATES: dict[str, str] = {
    "received": "reçue",
    "oriented": "orientée",
    "commission": "en commission",
    "placed": "placée",
    "unplaced": "sans place",
    "withdrawn": "retirée",
    "expired": "expirée",
}
BACKBONE = ("received", "oriented", "commission", "placed", "unplaced")
OPEN_STATES = ("received", "oriented", "commission", "unplaced")
"""Still waiting for a solution: one such demand per child."""
CLOSED_STATES = ("withdrawn", "expired")
MERGED = "merged"
"""The reason why a demand is closed when another one of the same child continues in its place."""
