"""Calm: where a proof stands. One definition of « missing », for the desk, the guards and the timers.

A paper that has aged since it was checked is shown, not counted as missing: a demand does not become
incomplete by waiting. Asking for it again is what makes it missing.
"""

from datetime import date
from typing import Literal, Protocol

ProofState = Literal["none", "expected", "received", "checked", "refused"]


class Proof(Protocol):
    """What is known of a fact's proof."""

    paper: str
    received_on: date | None
    valid_until: date | None
    checked_on: date | None
    refused_because: str


def proof_state(proof: Proof) -> ProofState:
    """The one word for where a proof stands; « none » when no paper is asked."""
    if not proof.paper:
        return "none"
    if proof.checked_on:
        return "checked"
    if proof.received_on:
        return "received"
    return "refused" if proof.refused_because else "expected"


def is_missing(proof: Proof) -> bool:
    """Whether the dossier waits for this paper: asked and not brought, or brought and refused."""
    return bool(proof.paper) and proof.received_on is None


def has_aged(proof: Proof, today: date) -> bool:
    """Whether the paper brought proves nothing any more today."""
    return proof.received_on is not None and proof.valid_until is not None and proof.valid_until < today
