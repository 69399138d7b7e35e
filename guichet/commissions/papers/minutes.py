"""What the minutes of a session say: who was there and from which item, what was decided, by how many, and why.

The communicable minutes keep of the families what anybody may be given: a number, an age section, what was decided.
No name, no commune, no sentence written about them, nor which member knows which family (code des relations entre le
public et l’administration, articles L311-6 and L311-7).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.commissions import words
from guichet.commissions.between import out_of_session
from guichet.commissions.models import Decision
from guichet.commissions.papers.models import Minutes
from guichet.commissions.papers.presence import Section, at_the_opening, movements
from guichet.commissions.sessions.agenda import DEMAND_ITEM
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing import settling
from guichet.commissions.signing.models import DryRun, FindingAnswer, Signature
from guichet.commissions.sitting.choosing import WAIT
from guichet.commissions.sitting.models import SessionMove, SessionProxy
from guichet.commissions.sitting.queries import ItemLine
from guichet.commissions.sitting.quorum import in_words
from guichet.commissions.sitting.room import Room
from guichet.core import french
from guichet.core.week import Week
from guichet.demands.letter_parts import child_name, wish_label
from guichet.demands.models import Demand
from guichet.demands.words import UNPLACED_REASON
from guichet.establishments.catalogue import Catalogue

LEFT = {
    settling.HOLD: "Place réservée : une autre commission du tour examine encore un vœu préféré.",
    settling.WAIT: "Une autre commission du tour examine encore cette demande.",
}
PRESIDENCY = {True: "pour", False: "contre"}


@dataclass(frozen=True)
class Told:
    """What the writing of one paper reads. `recused` has the names of those who left the table, by item."""

    sitting: CommissionSession
    items: Sequence[ItemLine]
    room: Room
    demands: Mapping[int, Demand]
    recused: Mapping[int, Sequence[str]]
    catalogue: Catalogue


def sections(session: Session, told: Told, *, masked: bool) -> list[Section]:
    """The minutes, nominal or communicable, in the order they are read."""
    moves = session.scalars(
        select(SessionMove).where(SessionMove.session_id == told.sitting.id).order_by(SessionMove.id)
    ).all()
    proxies = session.scalars(
        select(SessionProxy).where(SessionProxy.session_id == told.sitting.id).order_by(SessionProxy.id)
    ).all()
    run = _signed_run(session, told.sitting)
    return [
        at_the_opening(told.room, moves),
        *movements(told.room, moves, proxies),
        *_written(told),
        _decisions(told, _unsettled(run), masked=masked),
        *([] if masked else _answered_findings(session, run)),
        *_approval(session, told.sitting),
        *_ratified(session, told, masked=masked),
    ]


def extract(told: Told, demand_id: int) -> Section:
    """What the minutes say of one demand. Raises LookupError when it is not on this agenda."""
    one = next((line for line in told.items if line.demand_id == demand_id), None)
    if one is None:
        raise LookupError("the demand is not on this agenda")
    demand = told.demands[demand_id]
    rows = [
        ["Demande", one.number],
        ["Enfant", _child(told, one)],
        ["Entrée souhaitée", french.long_date(demand.entry_on)],
        ["Vœux", ", ".join(wish_label(wish, told.catalogue) for wish in demand.wishes)],
        ["Décision", _outcome(told, one.decision) if one.decision else "Sans décision."],
        ["Précision", one.decision.detail if one.decision else ""],
        ["Quorum du point", in_words(told.room.quorum(one.position), words.ROLE)],
    ]
    return {
        "heading": f"Point {one.position} de l’ordre du jour",
        "paragraphs": ["Les autres points de la séance ne figurent pas sur cet extrait."],
        "columns": ["Sujet", "Ce que dit le procès-verbal"],
        "rows": [row for row in rows if row[1]],
    }


def signatures(session: Session, sitting: CommissionSession) -> list[str]:
    """The two who signed, in the order they did."""
    last = (
        select(Signature)
        .join(DryRun, DryRun.id == Signature.dry_run_id)
        .where(DryRun.session_id == sitting.id)
        .order_by(Signature.id.desc())
        .limit(2)
    )
    titles = {"president": "pour la présidence", "second": "seconde signature"}
    return [
        f"{one.name}, {titles[one.role]}, le {french.at(one.at)}"
        for one in reversed(session.scalars(last).all())
    ]


def _written(told: Told) -> list[Section]:
    return [
        {
            "heading": f"{one.position}. {one.title}",
            "paragraphs": [f"{words.ITEM.get(one.kind, '')}."],
            "columns": [],
            "rows": [],
        }
        for one in told.items
        if one.kind != DEMAND_ITEM
    ]


def _decisions(told: Told, unsettled: Mapping[int, str], *, masked: bool) -> Section:
    columns = ["Point", "Demande", "Âge à l’entrée" if masked else "Enfant", "Décision", "Quorum et votes"]
    rows = [
        [
            str(one.position),
            one.number,
            words.SECTION.get(one.section, "") if masked else _child(told, one),
            " ".join(
                text
                for text in (_said(told, one, masked=masked), unsettled.get(one.demand_id or 0, ""))
                if text
            ),
            _voted(told, one, masked=masked),
        ]
        for one in told.items
        if one.kind == DEMAND_ITEM
    ]
    return {"heading": "Décisions", "paragraphs": [], "columns": columns, "rows": rows}


def _child(told: Told, one: ItemLine) -> str:
    demand = told.demands.get(one.demand_id or 0)
    if demand is None:
        return ""
    born = demand.child.birth_date
    return child_name(demand) + (f", {french.plain_date(born)}" if born else "")


def _said(told: Told, one: ItemLine, *, masked: bool) -> str:
    decision = one.decision
    if decision is None:
        return "Sans décision : la demande n’était plus en commission." if one.gone else "Sans décision."
    above = "Place donnée au-dessus des places libres" if decision.insisted_by else ""
    if above and not masked:
        above += f", à la demande de la direction ou de la présidence ({decision.insisted_by})"
    said = [_outcome(told, decision, masked=masked), f"{above}." if above else ""]
    if not masked:
        said += [decision.detail, decision.why]
    return " ".join(text for text in said if text)


def _outcome(told: Told, decision: Decision, *, masked: bool = False) -> str:
    if decision.outcome == "postponed":
        return "Examen reporté à une prochaine séance."
    if decision.outcome == "unplaced":
        what = "Liste d’attente" if decision.choice == WAIT else "Pas de place"
        return f"{what} : {UNPLACED_REASON.get(decision.reason, 'motif écrit')}."
    where = told.catalogue.houses[decision.establishment_id or 0].label
    entry = f" à partir du {french.plain_date(decision.entry_on)}" if decision.entry_on else ""
    week = Week.from_json(decision.pattern).describe() if decision.pattern and not masked else ""
    part = f", {week}" if week else " (une partie de la semaine)" if decision.pattern else ""
    return f"Place à {where}{entry}{part}."


def _voted(told: Told, one: ItemLine, *, masked: bool) -> str:
    found = told.room.quorum(one.position)
    there = f"{french.count(found.there, 'membre')} sur {found.members}"
    said = [there if found.met else f"sans quorum, {there}"]
    names = told.recused.get(one.id, ())
    if names:
        said.append(
            f"{french.count(len(names), 'membre')} en déport"
            if masked
            else "en déport : " + french.join_and(sorted(names))
        )
    vote = one.decision.vote if one.decision else None
    if vote:
        said.append(f"{vote['yes']} pour, {vote['no']} contre, {french.count(vote['abstain'], 'abstention')}")
        if vote["yes"] == vote["no"] and vote.get("presidency") in PRESIDENCY:
            said.append(f"voix de la présidence : {PRESIDENCY[vote['presidency']]}")
    return " ; ".join(said)


def _signed_run(session: Session, sitting: CommissionSession) -> DryRun | None:
    """The trial that was signed."""
    signed = (
        select(DryRun)
        .join(Signature, Signature.dry_run_id == DryRun.id)
        .where(DryRun.session_id == sitting.id)
        .order_by(Signature.id.desc())
        .limit(1)
    )
    return session.scalar(signed)


def _unsettled(run: DryRun | None) -> dict[int, str]:
    """What the round had still to say of a demand on the day of the signature."""
    return {one["demand"]: LEFT[one["kind"]] for one in run.moves if one["kind"] in LEFT} if run else {}


def _answered_findings(session: Session, run: DryRun | None) -> list[Section]:
    """What the control found and why the session was signed all the same."""
    if run is None:
        return []
    answers = {
        one.key: one
        for one in session.scalars(select(FindingAnswer).where(FindingAnswer.dry_run_id == run.id))
    }
    rows = [
        [one["subject"], one["sentence"], said]
        for one in run.findings
        if (said := _answer(one, answers.get(one["key"])))
    ]
    if not rows:
        return []
    return [
        {
            "heading": "Contrôle avant la signature",
            "paragraphs": [],
            "columns": ["Sujet", "Ce que le contrôle a relevé", "Pourquoi la séance est signée"],
            "rows": rows,
        }
    ]


def _answer(finding: Mapping[str, str], written: FindingAnswer | None) -> str:
    return f"{written.reason} ({written.by})" if written else finding["reason"]


def _approval(session: Session, sitting: CommissionSession) -> list[Section]:
    approved = session.scalars(select(Minutes).where(Minutes.approved_session_id == sitting.id)).all()
    if not approved:
        return []
    said = [f"Le procès-verbal {one.number} est approuvé. {one.remarks}".strip() for one in approved]
    return [{"heading": "Procès-verbaux approuvés", "paragraphs": said, "columns": [], "rows": []}]


def _ratified(session: Session, told: Told, *, masked: bool) -> list[Section]:
    """What was decided between the sessions, that this one was told of."""
    found = out_of_session.ratified_at(session, told.sitting.id)
    if not found:
        return []
    rows = [
        [
            one.demand.number,
            *([] if masked else [child_name(one.demand)]),
            words.BASIS.get(one.basis, ""),
            " ".join(
                text for text in (_outcome(told, one, masked=masked), "" if masked else one.why) if text
            ),
        ]
        for one in found
    ]
    return [
        {
            "heading": "Décisions prises hors séance et ratifiées",
            "paragraphs": [],
            "columns": ["Demande", *([] if masked else ["Enfant"]), "Pourquoi hors séance", "Décision"],
            "rows": rows,
        }
    ]
