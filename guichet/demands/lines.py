"""What one line of a list says of a demand, its child and its family."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from guichet.demands.models import Contact, Demand, Wish
from guichet.families.models import ADULT, Family, Person


def lines() -> Select[*tuple[Any, ...]]:
    """Select the lines of demands; the caller adds which ones and in which order.

    `parent` is the first adult's name, `phone` the first adult's, `appointment` the first one to come.
    """
    adult = select(Person).where(Person.family_id == Demand.family_id, Person.role == ADULT)
    first = adult.order_by(Person.position).limit(1).correlate(Demand)
    appointment = select(func.min(Contact.planned_for)).where(
        Contact.demand_id == Demand.id, Contact.kind == "appointment", Contact.outcome == ""
    )
    return (
        select(
            *(Demand.id, Demand.state, Demand.received_on, Demand.seniority_on, Demand.entry_on),
            *(Demand.care, Demand.week_pattern, Demand.weekly_minutes, Demand.variable_hours),
            *(Demand.home_code, Demand.desk_id, Demand.papers_missing, Demand.birth_to_confirm),
            *(Demand.urgent, Demand.has_sibling, Demand.linked_to_id, Demand.renewal_due_on),
            *(Demand.oriented_on, Demand.session_on, Demand.placed_from, Demand.closed_on),
            *(Person.first_name, Person.last_name, Person.birth_date, Person.due_date),
            Family.city,
            first.with_only_columns(Person.first_name + " " + Person.last_name)
            .scalar_subquery()
            .label("parent"),
            first.with_only_columns(Person.phone).scalar_subquery().label("phone"),
            appointment.correlate(Demand).scalar_subquery().label("appointment"),
        )
        .select_from(Demand)
        .join(Person, Person.id == Demand.child_id)
        .join(Family, Family.id == Demand.family_id)
    )


def wishes_by_demand(session: Session, demand_ids: Sequence[int]) -> dict[int, list[Wish]]:
    """The ranked wishes of some demands, in one statement."""
    found: dict[int, list[Wish]] = {demand_id: [] for demand_id in demand_ids}
    if found:
        chosen = select(Wish).where(Wish.demand_id.in_(found)).order_by(Wish.demand_id, Wish.rank)
        for wish in session.scalars(chosen):
            found[wish.demand_id].append(wish)
    return found


def number_of(received_on: date, demand_id: int) -> str:
    """The number a family quotes, as `Demand.number` writes it."""
    return f"{received_on.year}-{demand_id:05d}"
