"""What the papers of a session say, as plain JSON: the worker freezes it, then prints it.

Here what is read before a session; what its minutes say is in minutes.py.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.allocation.runs.models import AllocationLine
from guichet.commissions import words
from guichet.commissions.convocations import papers as convocation_papers
from guichet.commissions.papers import minutes, presence
from guichet.commissions.papers import models as document_models
from guichet.commissions.papers.minutes import Told
from guichet.commissions.papers.models import SessionDocument
from guichet.commissions.sessions import agenda
from guichet.commissions.sessions.agenda import DEMAND_ITEM
from guichet.commissions.sessions.agenda_actions import lines_of
from guichet.commissions.sessions.agenda_queries import settings_of
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.signing.dry_run_facts import sessions_whole
from guichet.commissions.sitting.models import SessionRecusal
from guichet.commissions.sitting.queries import ItemLine, item_lines, room_of
from guichet.core import french
from guichet.demands.letter_parts import wish_label
from guichet.demands.models import Demand, Wish
from guichet.demands.reading import WHOLE
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


def facts_of(session: Session, paper: SessionDocument, catalogue: Catalogue) -> Facts:
    """One paper. Raises LookupError when its session or its demand is not there."""
    sitting = session.execute(sessions_whole(CommissionSession.id == paper.session_id)).unique().scalar_one()
    told = _told(session, sitting, catalogue)
    facts: Facts = {
        "title": TITLES[paper.kind],
        "number": paper.number,
        "head": _head(told, paper),
        "note": "",
        "sections": [],
        "signed": minutes.signatures(session, sitting) if paper.kind in OF_THE_SIGNATURE else [],
    }
    if paper.kind == document_models.ATTENDANCE:
        return facts | {"sections": convocation_papers.attendance(session, sitting)}
    if paper.kind == document_models.CALLED:
        return facts | {"sections": convocation_papers.proofs(session, sitting)}
    if paper.kind == document_models.PACK:
        facts["note"] = ANONYMOUS
        facts["sections"] = [_agenda(told), *_files(session, told)]
    elif paper.kind == document_models.EXTRACT:
        facts["sections"] = [minutes.extract(told, paper.demand_id or 0)]
    else:
        masked = paper.kind == document_models.COMMUNICABLE
        facts["note"] = MASKED if masked else NOMINATIVE
        facts["sections"] = minutes.sections(session, told, masked=masked)
    return facts


def _told(session: Session, sitting: CommissionSession, catalogue: Catalogue) -> Told:
    items = item_lines(session, sitting)
    ids = [one.demand_id for one in items if one.demand_id]
    wanted = select(Demand).where(Demand.id.in_(ids)).options(*WHOLE)
    recused: dict[int, list[str]] = {}
    for one in session.scalars(select(SessionRecusal).where(SessionRecusal.session_id == sitting.id)):
        recused.setdefault(one.item_id, []).append(one.name)
    return Told(
        sitting,
        items,
        room_of(session, sitting),
        {one.id: one for one in session.execute(wanted).unique().scalars()},
        recused,
        catalogue,
    )


def _head(told: Told, paper: SessionDocument) -> list[list[str]]:
    sitting = told.sitting
    signed = paper.kind in OF_THE_SIGNATURE
    rows = [
        ("Commission", sitting.commission.name),
        ("Séance du", f"{french.long_date(sitting.sits_on)}, {french.clock_time(sitting.starts_at)}"),
        ("Lieu", sitting.place),
        ("Ouverte à", french.clock_at(sitting.opened_at) if signed and sitting.opened_at else ""),
        ("Présidence", presence.presidency(told.room) if signed else ""),
        ("Tour", sitting.round.title if sitting.round else ""),
        ("Convoquée le", french.long_date(sitting.convened_on) if sitting.convened_on else ""),
        ("Urgence", sitting.urgency),
        ("Numéro", paper.number),
        ("Quorum", words.quorum_in_words(settings_of(sitting))),
    ]
    return [[label, said] for label, said in rows if said]


def _agenda(told: Told) -> Facts:
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


def _hours(told: Told) -> dict[int, str]:
    """When each item begins, as it is read."""
    lines = lines_of(told.sitting.items)
    starts = agenda.starts(lines, told.sitting.starts_at)
    return {one.id: french.clock_time(start) for one, start in zip(lines, starts, strict=True)}


def _files(session: Session, told: Told) -> list[Facts]:
    """The demands in the order they are examined, one table an age section."""
    run_id = told.sitting.round.run_id if told.sitting.round else None
    proposed = {
        one.demand_id: one
        for one in session.scalars(select(AllocationLine).where(AllocationLine.run_id == run_id))
    }
    hours = _hours(told)
    groups: dict[str, list[list[str]]] = {}
    for one in told.items:
        demand = told.demands.get(one.demand_id or 0)
        if demand is not None and one.entry_on is not None:
            row = _file(told, one, demand, proposed.get(demand.id))
            groups.setdefault(one.section, []).append([hours[one.id], *row])
    return [
        {
            "heading": f"{words.SECTION.get(section, 'Demandes à examiner')} : {french.count(len(rows), 'demande')}",
            "paragraphs": [],
            "columns": ["Heure", "Demande", "Âge", "Entrée", "Besoin", "Vœux, dans l’ordre", "Proposition"],
            "rows": rows,
            "wide": True,
        }
        for section, rows in groups.items()
    ]


def _file(told: Told, one: ItemLine, demand: Demand, line: AllocationLine | None) -> list[str]:
    """One demand: its number, its age, its need, and its points where it wishes to go."""
    born = one.birth if one.birth and one.birth <= demand.entry_on else None
    months = french.whole_months(born, demand.entry_on) if born else None
    points = {wish["house"]: wish.get("points") for wish in line.wishes} if line else {}
    return [
        one.number,
        french.count(months, "mois", "mois") if months is not None else "à naître",
        french.plain_date(demand.entry_on),
        demand.week.describe() if demand.week_pattern else "horaires variables",
        " ; ".join(_wish(wish, points, told.catalogue) for wish in demand.wishes),
        _proposal(told, line),
    ]


def _wish(wish: Wish, points: Mapping[int, int | None], catalogue: Catalogue) -> str:
    counted = points.get(wish.establishment_id or 0)
    return wish_label(wish, catalogue) + (
        f", {french.count(counted, 'point')}" if counted is not None else ""
    )


def _proposal(told: Told, line: AllocationLine | None) -> str:
    if line is None:
        return "Aucune"
    points = f", {french.count(line.points, 'point')}" if line.points is not None else ""
    if line.establishment_id is None:
        return f"Pas de place{points}"
    return told.catalogue.houses[line.establishment_id].label + points
