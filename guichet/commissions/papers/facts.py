"""What the papers of a session say, as plain JSON: the worker freezes it, then prints it.

The communicable minutes keep of the families what anybody may be given: a number, an age section, what was decided.
No name, no commune, no sentence written about them (code des relations entre le public et l’administration, articles
L311-6 and L311-7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.allocation.models import AllocationLine
from guichet.commissions import words
from guichet.commissions.between import out_of_session
from guichet.commissions.convocations import papers as convocation_papers
from guichet.commissions.models import Decision
from guichet.commissions.papers import models as document_models
from guichet.commissions.papers.models import Minutes, SessionDocument
from guichet.commissions.sessions import agenda
from guichet.commissions.sessions.agenda import DEMAND_ITEM
from guichet.commissions.sessions.agenda_actions import lines_of
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing.dry_run_facts import sessions_whole
from guichet.commissions.signing.models import DryRun, Signature
from guichet.commissions.sitting.models import SessionRecusal
from guichet.commissions.sitting.queries import ItemLine, item_lines, room_of
from guichet.commissions.sitting.quorum import in_words
from guichet.commissions.sitting.room import Room
from guichet.core import french
from guichet.core.week import Week
from guichet.demands.letter_parts import child_name, wish_label
from guichet.demands.models import Demand
from guichet.demands.reading import WHOLE
from guichet.demands.words import UNPLACED_REASON
from guichet.establishments.catalogue import Catalogue

Facts = dict[str, Any]
TITLES = {
    document_models.PACK: "Dossier de séance",
    document_models.NOMINAL: "Procès-verbal",
    document_models.COMMUNICABLE: "Procès-verbal communicable",
    document_models.EXTRACT: "Extrait du procès-verbal",
    document_models.ATTENDANCE: "Feuille de présence",
    document_models.CALLED: "Preuves de convocation",
}
OF_THE_SIGNATURE = (document_models.NOMINAL, document_models.COMMUNICABLE, document_models.EXTRACT)
MASKED = (
    "Les noms, les adresses et ce qui est écrit sur la situation des familles ont été retirés : ce document peut être "
    "communiqué à toute personne qui le demande. Une famille y retrouve sa demande par son numéro."
)
NOMINATIVE = "Ce document porte des noms : il est réservé aux membres de la commission et aux agents qui suivent les demandes."
ANONYMOUS = "Les demandes sont examinées sans les noms : un numéro, un âge à l’entrée, un besoin, des vœux et des points."


@dataclass(frozen=True)
class _Told:
    """What the writing of one paper reads."""

    sitting: CommissionSession
    items: Sequence[ItemLine]
    room: Room
    demands: dict[int, Demand]
    recused: dict[int, list[str]]
    catalogue: Catalogue


def facts_of(session: Session, paper: SessionDocument, catalogue: Catalogue) -> Facts:
    """One paper. Raises LookupError when its session or its demand is not there."""
    sitting = session.execute(sessions_whole(CommissionSession.id == paper.session_id)).unique().scalar_one()
    told = _told(session, sitting, catalogue)
    facts: Facts = {
        "title": TITLES[paper.kind],
        "number": paper.number,
        "head": _head(sitting, paper),
        "note": "",
        "sections": [],
        "signed": _signatures(session, sitting) if paper.kind in OF_THE_SIGNATURE else [],
    }
    if paper.kind == document_models.ATTENDANCE:
        return facts | {"sections": convocation_papers.attendance(session, sitting)}
    if paper.kind == document_models.CALLED:
        return facts | {"sections": convocation_papers.proofs(session, sitting)}
    if paper.kind == document_models.PACK:
        facts["note"] = ANONYMOUS
        facts["sections"] = [_agenda(told), _files(session, told)]
    elif paper.kind == document_models.EXTRACT:
        facts["sections"] = [_extract(told, paper.demand_id or 0)]
    else:
        masked = paper.kind == document_models.COMMUNICABLE
        facts["note"] = MASKED if masked else NOMINATIVE
        facts["sections"] = [_attendance(told), *_written(told), _decisions(told, masked=masked)]
        facts["sections"] += [*_approval(session, sitting), *_ratified(session, told, masked=masked)]
    return facts


def _told(session: Session, sitting: CommissionSession, catalogue: Catalogue) -> _Told:
    items = item_lines(session, sitting)
    ids = [one.demand_id for one in items if one.demand_id]
    wanted = select(Demand).where(Demand.id.in_(ids)).options(*WHOLE)
    recused: dict[int, list[str]] = {}
    for one in session.scalars(select(SessionRecusal).where(SessionRecusal.session_id == sitting.id)):
        recused.setdefault(one.item_id, []).append(one.name)
    return _Told(
        sitting,
        items,
        room_of(session, sitting),
        {one.id: one for one in session.execute(wanted).unique().scalars()},
        recused,
        catalogue,
    )


def _head(sitting: CommissionSession, paper: SessionDocument) -> list[list[str]]:
    rows = [
        ("Commission", sitting.commission.name),
        ("Séance du", f"{french.long_date(sitting.sits_on)}, {french.clock_time(sitting.starts_at)}"),
        ("Lieu", sitting.place),
        ("Tour", sitting.round.title if sitting.round else ""),
        ("Convoquée le", french.long_date(sitting.convened_on) if sitting.convened_on else ""),
        ("Urgence", sitting.urgency),
        ("Numéro", paper.number),
        ("Quorum", words.quorum_in_words(settings_of(sitting))),
    ]
    return [[label, said] for label, said in rows if said]


def _signatures(session: Session, sitting: CommissionSession) -> list[str]:
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


def _attendance(told: _Told) -> Facts:
    rows = []
    for place in told.room.places:
        by = told.room.filled_by(0, place.chair.id)
        there = f"présence de {place.name(by)}" if by else "absence"
        voice = words.VOTING[place.chair.voting].lower()
        rows.append([place.title or place.holder, words.ROLE[place.chair.role], voice, there])
    return {
        "heading": "Membres à l’ouverture",
        "paragraphs": [in_words(told.room.quorum(0), words.ROLE)],
        "columns": ["Siège", "Au titre de", "Voix", "Présence"],
        "rows": rows,
    }


def _written(told: _Told) -> list[Facts]:
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


def _decisions(told: _Told, *, masked: bool) -> Facts:
    columns = ["Point", "Demande", "Âge à l’entrée" if masked else "Enfant", "Décision", "Quorum et votes"]
    rows = [
        [
            str(one.position),
            one.number,
            words.SECTION.get(one.section, "") if masked else _child(told, one),
            _said(told, one, masked=masked),
            _voted(told, one),
        ]
        for one in told.items
        if one.kind == DEMAND_ITEM
    ]
    return {"heading": "Décisions", "paragraphs": [], "columns": columns, "rows": rows}


def _child(told: _Told, one: ItemLine) -> str:
    demand = told.demands.get(one.demand_id or 0)
    if demand is None:
        return ""
    born = demand.child.birth_date
    return child_name(demand) + (f", {french.plain_date(born)}" if born else "")


def _said(told: _Told, one: ItemLine, *, masked: bool) -> str:
    decision = one.decision
    if decision is None:
        return "Sans décision : la demande n’était plus en commission." if one.gone else "Sans décision."
    said = _outcome(told, decision, masked=masked)
    if masked:
        return said
    return " ".join(text for text in (said, decision.detail, decision.why) if text)


def _outcome(told: _Told, decision: Decision, *, masked: bool = False) -> str:
    if decision.outcome == "postponed":
        return "Examen reporté à une prochaine séance."
    if decision.outcome == "unplaced":
        return f"Pas de place : {UNPLACED_REASON.get(decision.reason, 'motif écrit')}."
    where = told.catalogue.houses[decision.establishment_id or 0].label
    entry = f" à partir du {french.plain_date(decision.entry_on)}" if decision.entry_on else ""
    week = Week.from_json(decision.pattern).describe() if decision.pattern and not masked else ""
    part = f", {week}" if week else " (une partie de la semaine)" if decision.pattern else ""
    return f"Place à {where}{entry}{part}."


def _voted(told: _Told, one: ItemLine) -> str:
    found = told.room.quorum(one.position)
    said = [f"{french.count(found.there, 'membre')} sur {found.members}"]
    if one.id in told.recused:
        said.append("en déport : " + french.join_and(sorted(told.recused[one.id])))
    vote = one.decision.vote if one.decision else None
    if vote:
        said.append(f"{vote['yes']} pour, {vote['no']} contre, {vote['abstain']} abstentions")
    return " ; ".join(said)


def _extract(told: _Told, demand_id: int) -> Facts:
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


def _approval(session: Session, sitting: CommissionSession) -> list[Facts]:
    approved = session.scalars(select(Minutes).where(Minutes.approved_session_id == sitting.id)).all()
    if not approved:
        return []
    said = [f"Le procès-verbal {one.number} est approuvé. {one.remarks}".strip() for one in approved]
    return [{"heading": "Procès-verbaux approuvés", "paragraphs": said, "columns": [], "rows": []}]


def _ratified(session: Session, told: _Told, *, masked: bool) -> list[Facts]:
    """What was decided between the sessions, that this one was told of."""
    found = out_of_session.ratified_at(session, told.sitting.id)
    if not found:
        return []
    rows = [
        [one.demand.number, "" if masked else child_name(one.demand), _outcome(told, one, masked=masked)]
        for one in found
    ]
    return [
        {
            "heading": "Décisions prises hors séance et ratifiées",
            "paragraphs": [],
            "columns": ["Demande", "Enfant", "Décision"],
            "rows": rows,
        }
    ]


def _agenda(told: _Told) -> Facts:
    """What was written by hand, each at its hour; the demands that follow one another are one line."""
    lines = lines_of(told.sitting.items)
    rows: list[list[str]] = []
    grouped: list[int] = []
    for one, start in zip(lines, agenda.starts(lines, told.sitting.starts_at), strict=True):
        if one.kind != DEMAND_ITEM:
            grouped = []
            rows.append([french.clock_time(start), one.title, french.count(one.duration, "minute")])
            continue
        if not grouped:
            rows.append([french.clock_time(start), "", ""])
        grouped.append(one.duration)
        rows[-1][1:] = [french.count(len(grouped), "demande"), french.count(sum(grouped), "minute")]
    return {
        "heading": "Ordre du jour",
        "paragraphs": [],
        "columns": ["Heure", "Point", "Durée"],
        "rows": rows,
    }


def _hours(told: _Told) -> dict[int, str]:
    """When each item begins, as it is read."""
    lines = lines_of(told.sitting.items)
    starts = agenda.starts(lines, told.sitting.starts_at)
    return {one.id: french.clock_time(start) for one, start in zip(lines, starts, strict=True)}


def _files(session: Session, told: _Told) -> Facts:
    run_id = told.sitting.round.run_id if told.sitting.round else None
    proposed = {
        one.demand_id: one
        for one in session.scalars(select(AllocationLine).where(AllocationLine.run_id == run_id))
    }
    rows, hours = [], _hours(told)
    for one in told.items:
        demand = told.demands.get(one.demand_id or 0)
        if demand is None or one.entry_on is None:
            continue
        months = (
            french.whole_months(one.birth, one.entry_on) if one.birth and one.birth <= one.entry_on else None
        )
        line = proposed.get(demand.id)
        rows.append(
            [
                hours[one.id],
                one.number,
                f"{french.count(months, 'mois', 'mois')}" if months is not None else "à naître",
                french.plain_date(one.entry_on),
                demand.week.describe() if demand.week_pattern else "horaires variables",
                " ; ".join(wish_label(wish, told.catalogue) for wish in demand.wishes),
                _proposal(told, line),
            ]
        )
    return {
        "heading": "Demandes à examiner",
        "paragraphs": [],
        "columns": ["Heure", "Demande", "Âge", "Entrée", "Besoin", "Vœux, dans l’ordre", "Proposition"],
        "rows": rows,
        "wide": True,
    }


def _proposal(told: _Told, line: AllocationLine | None) -> str:
    if line is None:
        return "Aucune"
    points = f", {french.count(line.points, 'point')}" if line.points is not None else ""
    if line.establishment_id is None:
        return f"Pas de place{points}"
    return told.catalogue.houses[line.establishment_id].label + points
