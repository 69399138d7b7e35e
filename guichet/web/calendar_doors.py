"""« Calendrier »: the door to all that a year of commissions is made of."""

from datetime import date

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions.milestones.queries import late_count
from guichet.core import french
from guichet.core.clock import day
from guichet.scheduling.availability.queries import silent_count
from guichet.scheduling.places.queries import seeded_years
from guichet.web.door import at, db, needs, person

bp = Blueprint("calendar_doors", __name__)

DOORS = (
    ("campaigns.page", "Campagnes", "Proposer l’année des commissions, consulter les membres, publier."),
    ("milestones.page", "Échéances", "Ce qui reste à faire pour chaque séance, qui le fait et pour quand."),
    ("availability.members", "Disponibilités", "Quand chaque membre est libre : dit une fois pour toutes."),
    ("rooms.page", "Salles, trajets et équipes", "Où l’on siège, et qui se déplace ensemble."),
    ("closed_days.page", "Jours fermés", "Jours fériés, vacances scolaires, fermetures ; délais de convocation."),
)  # fmt: skip


@bp.get("/calendrier")
@needs("keep_commissions")
def page() -> ResponseReturnValue:
    """The pages of the calendar that exist."""
    facts = _facts(day(at()))
    doors = [
        (title, why, url_for(endpoint), facts.get(endpoint, ""))
        for endpoint, title, why in DOORS
        if endpoint in current_app.view_functions
    ]
    return render_template("calendar_doors.html", doors=doors)


def _facts(today: date) -> dict[str, str]:
    """What waits behind a door, in a few words; nothing when all is well."""
    late = late_count(db(), person(), today)
    silent = silent_count(db(), today)
    known = seeded_years(db())
    years = [year for year in (today.year, today.year + 1) if year not in known]
    return {
        "milestones.page": f"{french.amount(late)} en retard" if late else "",
        "availability.members": french.count(silent, "membre n’a rien dit", "membres n’ont rien dit")
        if silent
        else "",
        "closed_days.page": f"{french.join_and([str(year) for year in years])} à reprendre" if years else "",
    }
