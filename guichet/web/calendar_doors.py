"""« Calendrier »: the door to all that a year of commissions is made of."""

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from guichet.web.door import needs

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
    doors = [
        (title, why, url_for(endpoint))
        for endpoint, title, why in DOORS
        if endpoint in current_app.view_functions
    ]
    return render_template("calendar_doors.html", doors=doors)
