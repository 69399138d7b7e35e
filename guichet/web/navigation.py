"""The main menu and the first page, by rights: a person sees only the doors that open."""

from typing import Any

from flask import Flask, current_app, g, request, url_for

from guichet.accounts.policy import Person
from guichet.web.door import settings

# (right, label, endpoint, prefix of the addresses it stands for)
MENU = (
    ("orient", "Aujourd’hui", "today.page", "/aujourdhui"),
    ("record_decision", "À décider", "decisions.page", "/decisions"),
    ("read_demand", "Demandes", "queue.page", "/demandes"),
    ("register", "Nouvelle demande", "registration.start", "/demandes/nouvelle"),
    ("merge", "Doublons", "doubles.page", "/doublons"),
    ("handle_letters", "Courriers", "letters.undelivered", "/courriers"),
    ("read_figures", "Indicateurs", "figures.page", "/indicateurs"),
    ("manage_accounts", "Comptes", "admin.accounts", "/administration/comptes"),
    ("change_parameters", "Réglages", "admin.parameters", "/administration/reglages"),
    ("read_audit", "Traces", "admin.audit", "/administration/traces"),
)
FIRST = ("orient", "record_decision", "read_demand", "manage_accounts", "read_figures")


def menu(person: Person) -> list[dict[str, Any]]:
    """The doors of the main menu, the most precise current address marked."""
    held = [line for line in MENU if person.may(line[0]) and _exists(line[2])]
    here = max(
        (line[3] for line in held if request.path == line[3] or request.path.startswith(line[3] + "/")),
        key=len,
        default=None,
    )
    return [
        {"label": label, "url": url_for(endpoint), "current": prefix == here}
        for _right, label, endpoint, prefix in held
    ]


def first_page(person: Person) -> str:
    """Where the person's work waits."""
    wanted = {right: endpoint for right, _label, endpoint, _prefix in reversed(MENU)}
    for right in FIRST:
        if person.may(right) and _exists(wanted[right]):
            return url_for(wanted[right])
    return url_for("auth.account")


def install(app: Flask) -> None:
    """Give every template the frame's values."""

    @app.context_processor
    def _frame() -> dict[str, Any]:
        person: Person | None = g.get("person")
        return {
            "actor": person,
            "nav": menu(person) if person else [],
            "demo": settings().demo,
            "search_url": url_for("queue.page") if person and person.may("read_demand") else None,
            "service_name": "Guichet petite enfance",
        }


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions
