"""Calm: whether a session may deliberate on an item, by number and by role, and how many voices it has."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from guichet.commissions.reglement import COUNTED, OUT, Reglement, needed
from guichet.commissions.sitting.attendance import Chair, Present
from guichet.core.french import count, join_and


@dataclass(frozen=True)
class Quorum:
    """The count of one item. `missing` maps each role that lacks members to how many it lacks."""

    members: int
    needed: int
    there: int
    """Present, and represented where the règlement counts them."""
    missing: Mapping[str, int]
    met: bool
    voices: int
    """Those that may be given: present and represented, recused left out."""
    waived: bool = False
    """A second convocation sits whatever the number."""


def quorum_of(
    reglement: Reglement, chairs: Collection[Chair], present: Present, *, second: bool = False
) -> Quorum:
    """The quorum of one item.

    A recused member is counted as the règlement says: still there, away, or out of the members altogether. Where
    the règlement says so, a second convocation with the same agenda needs none (CRPA R133-10, CGCT L2121-17).
    """
    voting = [one for one in chairs if one.voting]
    ids = {one.id for one in voting}
    recused = present.recused & ids
    members = ids - recused if reglement.recusal == OUT else ids
    seated = present.seats & ids
    in_room = seated if reglement.recusal == COUNTED else seated - recused
    speaking = seated - recused
    # A voice carried by whoever takes no part in the item is not heard on it; nor is that of a recused absent.
    carried = {
        giver for giver, carrier in present.carried.items() if giver in ids - recused and carrier in speaking
    }
    there = in_room | (carried if reglement.proxies_in_quorum else set())
    asked = needed(reglement, len(members))
    missing = _missing(reglement, voting, in_room)
    waived = second and reglement.second_without_quorum
    return Quorum(
        members=len(members),
        needed=asked,
        there=len(there),
        missing=missing,
        met=waived or (len(there) >= asked and not missing),
        voices=len(speaking | carried),
        waived=waived,
    )


def in_words(found: Quorum, role_words: Mapping[str, str]) -> str:
    """« Quorum atteint : 6 membres sur 9, 5 demandés. »; otherwise what is missing."""
    there = f"{count(found.there, 'membre')} sur {found.members}"
    if found.waived:
        return f"Seconde convocation : {there}, aucun quorum n’est demandé."
    if found.met:
        asked = f", {count(found.needed, 'demandé')}" if found.needed else ", aucun nombre n’est demandé"
        return f"Quorum atteint : {there}{asked}."
    short = found.needed - found.there
    roles = join_and([f"{lack} « {role_words[role]} »" for role, lack in found.missing.items()])
    # Whoever comes for a role also counts for the number: they are not added to each other.
    if short <= sum(found.missing.values()):
        return f"Quorum manquant : {there}, il manque {roles}."
    lacks = count(short, "membre") + (f", dont {roles}" if roles else "")
    return f"Quorum manquant : {there}, il manque {lacks}."


def outcome_of_vote(
    reglement: Reglement, yes: int, no: int, *, presidency_says_yes: bool | None = None
) -> bool | None:
    """Whether a proposal is adopted: a majority of the voices expressed; None when it is a tie that stays one.

    The voice of the presidency settles a tie where the règlement says so (CGCT L2121-20). Abstentions are not voices.
    """
    if yes != no:
        return yes > no
    return presidency_says_yes if reglement.casting_vote else None


def _missing(reglement: Reglement, voting: Collection[Chair], in_room: Collection[int]) -> dict[str, int]:
    found = {}
    for role, least in reglement.roles.items():
        there = sum(one.role == role and one.id in in_room for one in voting)
        if there < least:
            found[role] = least - there
    return found
