"""The laboratory: the demands of today under another version, and nothing written."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from guichet.bareme.bareme import Bareme
from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_of, versions
from guichet.bareme.trial import MOVES, Trial, distribution, try_out
from guichet.core.clock import day
from guichet.demands.facts_reading import facts_of_demands
from guichet.demands.models import Demand
from guichet.demands.states import OPEN_STATES
from guichet.observatory import masking
from guichet.web.bareme.blueprint import bp
from guichet.web.bareme.kept import applied, towns, version
from guichet.web.charts import Series
from guichet.web.door import at, catalogue, db, needs, trace

MOST_DEMANDS = 3000
"""Read and scored in the page itself; a guichet that has more tries the most recent ones."""
USUAL_PLACES = 50


@bp.get("/essai")
@needs("edit_bareme")
def trial() -> ResponseReturnValue:
    """Ties, and who would come in or go out of the first places, by commune, situation and age."""
    known = versions(db())
    chosen, against = _chosen("version", known), _chosen("reference", known)
    present = applied()
    reference = bareme_of(version(against)) if against else (present.bareme if present else None)
    places, problems = _places()
    found = None
    if chosen and reference:
        found = _try(reference, bareme_of(version(chosen)), places)
        trace("read", "bareme", chosen, "essai")
    return render_template(
        "bareme/trial.html",
        versions=[(one.id, one.title) for one in known],
        chosen=chosen,
        against=against or (present.id if present else None),
        reference=reference,
        typed=request.args.get("places", "") or str(USUAL_PLACES),
        problems=problems,
        most=MOST_DEMANDS,
        trial=found,
        tables=_masked(found) if found else [],
        moves=MOVES,
        moved=_masked_row(found) if found else (),
        chart=_chart(found) if found else None,
        shown_as=masking.SHOWN_AS,
    ), 422 if problems else 200


def _try(before: Bareme, after: Bareme, places: int) -> Trial:
    today = day(at())
    last = (
        select(Demand.session_on)
        .where(Demand.session_on <= today)
        .order_by(Demand.session_on.desc())
        .limit(1)
    )
    wanted = (
        select(Demand.id)
        .where(or_(Demand.state.in_(OPEN_STATES), Demand.session_on == last.scalar_subquery()))
        .order_by(Demand.seniority_on.desc(), Demand.id.desc())
        .limit(MOST_DEMANDS)
    )
    facts = facts_of_demands(db(), list(db().scalars(wanted)), catalogue(), today)
    return try_out(list(facts.values()), before, after, places, towns())


def _chosen(name: str, known: list[BaremeVersion]) -> int | None:
    typed = request.args.get(name, "")
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else None
    return number if number in {one.id for one in known} else None


def _places() -> tuple[int, dict[str, str]]:
    typed = request.args.get("places", "").strip() or str(USUAL_PLACES)
    if typed.isdecimal() and 0 < int(typed) <= MOST_DEMANDS:
        return int(typed), {}
    return USUAL_PLACES, {"places": f"Écrivez un nombre de places, de 1 à {MOST_DEMANDS}."}


def _masked(found: Trial) -> list[tuple[str, list[tuple[str, tuple[int | None, ...]]]]]:
    """The tables, counts of one to four hidden as everywhere, with their totals."""
    told = []
    for title, groups in found.tables.items():
        hidden = masking.masked_table(list(groups.values()))
        told.append((title, list(zip([*groups, "ensemble"], hidden, strict=True))))
    return told


def _masked_row(found: Trial) -> tuple[int | None, ...]:
    return masking.masked_table([found.moved])[0][:-1]


def _chart(found: Trial) -> tuple[tuple[str, ...], list[Series]]:
    labels, before, after = distribution(found, masking.THRESHOLD)
    return labels, [Series(found.before.title, before, "d"), Series(found.after.title, after, "a")]
