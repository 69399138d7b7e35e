"""The main menu and the first page, by rights: a person sees only the doors that open."""

from typing import Any

from flask import Flask, current_app, g, request, url_for

from guichet.accounts.policy import Person
from guichet.web.door import settings

# (right, label, endpoint, prefix of the addresses it stands for)
Door = tuple[str, str, str, str]
MENU: tuple[Door, ...] = (
    ("orient", "Aujourd’hui", "today.page", "/aujourdhui"),
    ("record_decision", "À décider", "decisions.page", "/decisions"),
    ("read_demand", "Demandes", "queue.page", "/demandes"),
    ("register", "Nouvelle demande", "registration.start", "/demandes/nouvelle"),
    ("read_offer", "Places", "places.page", "/etablissements"),
    ("read_commissions", "Commissions", "commissions.page", "/commissions"),
    ("handle_letters", "Courriers", "letters.undelivered", "/courriers"),
)
"""The work of every day, in the bar: one line at 1280 pixels for who has them all."""
TOOLS: tuple[Door, ...] = (
    ("read_proposals", "Propositions", "proposals.page", "/propositions"),
    ("answer_offers", "Réponses des familles", "offers.page", "/reponses"),
    ("grant_between", "Places libérées", "offers.freed", "/places-liberees"),
    ("merge", "Doublons", "doubles.page", "/doublons"),
    ("keep_childminders", "Assistantes maternelles", "childminders.page", "/assistantes-maternelles"),
    ("keep_commissions", "Calendrier", "calendar_doors.page", "/calendrier"),
    ("prepare_sessions", "Échéances", "milestones.page", "/calendrier/echeances"),
    ("say_time", "Mes disponibilités", "availability.mine", "/mes-disponibilites"),
    ("read_bareme", "Barème", "bareme.page", "/bareme"),
    ("read_figures", "Indicateurs", "figures.page", "/indicateurs"),
    ("manage_accounts", "Comptes", "admin.accounts", "/administration/comptes"),
    ("change_parameters", "Réglages", "admin.parameters", "/administration/reglages"),
    ("read_audit", "Traces", "admin.audit", "/administration/traces"),
)
"""What is opened now and then: under the person's name."""
MAILBOX = ("read_figures", "Boîte d’essai", "mailbox.page", "/boite")
"""The demonstration's own mails: every account of it may read them."""
FIRST = ("orient", "record_decision", "read_commissions", "read_demand", "manage_accounts", "read_figures")


def menu(person: Person) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The doors of the bar, then those under the person's name; the most precise current address marked.

    An account without any demand to read has its tools as its daily work: they stand in the bar.
    """
    bar, tools = _held(person, MENU), _held(person, TOOLS)
    if not person.may("read_demand"):
        bar, tools = tools + bar, []
    tools += _held(person, (MAILBOX,))
    here = max((line[3] for line in bar + tools if _under(line[3])), key=len, default=None)
    return _shown(bar, here), _shown(tools, here)


def first_page(person: Person) -> str:
    """Where the person's work waits."""
    wanted = {right: endpoint for right, _label, endpoint, _prefix in reversed(MENU + TOOLS)}
    for right in FIRST:
        if person.may(right) and _exists(wanted[right]):
            return url_for(wanted[right])
    return url_for("auth.account")


def install(app: Flask) -> None:
    """Give every template the frame's values."""

    @app.context_processor
    def _frame() -> dict[str, Any]:
        person: Person | None = g.get("person")
        bar, tools = menu(person) if person else ([], [])
        return {
            "actor": person,
            "nav": bar,
            "tools": tools,
            "demo": settings().demo,
            "search_url": url_for("queue.page") if person and person.may("read_demand") else None,
            "service_name": "Guichet petite enfance",
        }


def _held(person: Person, doors: tuple[Door, ...]) -> list[Door]:
    return [line for line in doors if person.may(line[0]) and _exists(line[2])]


def _shown(doors: list[Door], here: str | None) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": url_for(endpoint), "current": prefix == here}
        for _right, label, endpoint, prefix in doors
    ]


def _under(prefix: str) -> bool:
    return request.path == prefix or request.path.startswith(prefix + "/")


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions
