"""The floor of the web measure: the same work with Flask and SQLAlchemy alone, without our layers.

Readings send the very statements that our pages send (recorded by benchmarks/visits.py), with their values, straight
to the driver, and render every row in a plain template. Writings insert the same rows as our actions, under the
same kind of transaction, with the same letter through the same templates and the same Argon2. No rights, no checks,
no forms, no messages, no French dates: what it costs less than us is what our layers cost.
"""

import os
import pickle
import secrets
import sys
import uuid
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader
from sqlalchemy import Connection, Row, insert, select, update

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from guichet.accounts.models import SignIn, User  # noqa: E402 - after the path
from guichet.core import clock  # noqa: E402
from guichet.core.db import make_engine  # noqa: E402
from guichet.core.journal import AuditEntry, JournalEntry  # noqa: E402
from guichet.demands.models import Demand, DemandKey, Draft, Wish  # noqa: E402
from guichet.families.models import Fact, Family, Person  # noqa: E402
from guichet.notifications.models import LetterRow  # noqa: E402
from guichet.notifications.render import _environment as letter_templates  # noqa: E402

FRAME = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="/static/floor.css"></head>
<body><header><a href="/">Guichet</a><nav><ul>{% for one in menu %}<li><a href="/{{ one }}">{{ one }}</a></li>
{% endfor %}</ul></nav><form method="get" action="/demandes"><input name="q" value="{{ request.args.get('q', '') }}">
<button>Chercher</button></form></header><main>{% block content %}{% endblock %}</main></body></html>"""
LIST = """{% extends "frame" %}{% block title %}Demandes{% endblock %}{% block content %}<h1>Demandes</h1>
<form>{% for name, options in fields.items() %}<label>{{ name }}<select name="{{ name }}">
{% for value, label in options %}<option value="{{ value }}">{{ label }}</option>{% endfor %}</select></label>
{% endfor %}<button>Filtrer</button></form>
{% for rows in results %}<table>{% for row in rows %}<tr><th scope="row"><a href="/demandes/{{ row[0] }}">{{ row[0] }}</a></th>
{% for value in row[1:shown] %}<td>{{ value }}</td>{% endfor %}</tr>
{% endfor %}</table>{% endfor %}{% endblock %}"""
DEMAND = """{% extends "frame" %}{% block title %}Demande{% endblock %}{% block content %}<h1>Demande</h1>
{% for rows in results %}<section><h2>Partie</h2>{% for row in rows %}<dl>
{% for value in row %}{% if value is not none and value != "" %}<dt>Valeur</dt><dd>{{ value }}</dd>{% endif %}{% endfor %}</dl>
{% endfor %}</section>{% endfor %}{% endblock %}"""
MENU = ("aujourdhui", "decisions", "demandes", "nouvelle", "doublons", "courriers", "indicateurs")
SHOWN_IN_A_LIST = 12

script: dict[str, Any] = pickle.loads(Path(os.environ["FLOOR_SCRIPT"]).read_bytes())
engine = make_engine(os.environ["DATABASE_URL"])
writing = engine.execution_options(sqlite_begin="IMMEDIATE")
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
application = Flask(__name__)
application.config.update(SECRET_KEY="f" * 40)
application.jinja_loader = DictLoader({"frame": FRAME, "list": LIST, "demand": DEMAND})


@application.get("/sante")
def health() -> str:
    """Ready."""
    return "ok\n"


@application.get("/<any(queue, filters, search, demand):page>/<int:number>")
def read(page: str, number: int) -> str:
    """The statements of one of our pages, then their rows."""
    session.get("t")
    statements = script["statements"][page][number]
    reads = [one for one in statements if not one[0].startswith("INSERT")]
    results: list[Any] = []
    with engine.connect() as connection:
        for statement, values in reads:
            results.append(connection.exec_driver_sql(statement, values).fetchall())
    template = "demand" if page == "demand" else "list"
    shown = render_template(
        template, results=results[1:], fields=script["fields"], menu=MENU, shown=SHOWN_IN_A_LIST
    )
    for statement, values in statements:
        if statement.startswith("INSERT"):
            with writing.begin() as connection:
                connection.exec_driver_sql(statement, values)
    return shown


@application.post("/sign_in")
def sign_in() -> ResponseReturnValue:
    """A password checked, a session opened, a trace."""
    at = clock.now()
    with writing.begin() as connection:
        for statement, values in script["statements"]["sign_in"][0]:
            if statement.startswith("SELECT") and "FROM user_account" not in statement.replace("\n", ""):
                connection.exec_driver_sql(statement, values).fetchall()
        user = connection.execute(select(User.__table__).where(User.email == request.form["email"])).one()
        hasher.verify(user.password_hash, request.form["password"])
        token = secrets.token_urlsafe(32)
        values = {"token_hash": token, "user_id": user.id, "created_at": at, "seen_at": at, "expires_at": at}
        connection.execute(insert(SignIn.__table__).values(values))
        connection.execute(update(User.__table__).where(User.id == user.id).values(last_signed_in_at=at))
        connection.execute(
            insert(AuditEntry.__table__).values(
                at=at,
                actor_id=user.id,
                actor_name=user.name,
                action="sign_in",
                subject_type="account",
                detail="",
            )
        )
    session["t"] = token
    return redirect("/")


@application.post("/register/<draft_id>")
def register(draft_id: str) -> ResponseReturnValue:
    """The rows of one registered demand, again under new numbers."""
    rows = script["registered"]
    with writing.begin() as connection:
        _who(connection)
        connection.execute(
            Draft.__table__.delete().where(Draft.id == draft_id).returning(Draft.__table__.c.typed)
        ).one()
        family = connection.execute(
            insert(Family.__table__).returning(Family.__table__.c.id), rows["family"]
        ).scalar_one()
        persons = [
            connection.execute(
                insert(Person.__table__).returning(Person.__table__.c.id), one | {"family_id": family}
            ).scalar_one()
            for one in rows["persons"]
        ]
        mine = {"family_id": family, "child_id": persons[-1], "submission": str(uuid.uuid4())}
        demand = connection.execute(
            insert(Demand.__table__).returning(Demand.__table__.c.id), rows["demand"] | mine
        ).scalar_one()
        of_demand = {"demand_id": demand}
        connection.execute(insert(Wish.__table__), [one | of_demand for one in rows["wishes"]])
        connection.execute(insert(JournalEntry.__table__), rows["journal"] | {"subject_id": demand})
        connection.execute(
            insert(Fact.__table__), [one | {"family_id": family, "person_id": None} for one in rows["facts"]]
        )
        connection.execute(insert(DemandKey.__table__), [one | of_demand for one in rows["keys"]])
        _post(connection, rows["acknowledgement"], demand)
    return redirect(f"/demandes/{demand}", 303)


@application.post("/orient/<int:demand_id>")
def orient(demand_id: int) -> ResponseReturnValue:
    """One demand locked, moved, told."""
    rows, table = script["registered"], Demand.__table__
    with writing.begin() as connection:
        _who(connection)
        joined = table.join(Family.__table__, Family.id == Demand.family_id).join(
            Person.__table__, Person.family_id == Family.id
        )
        chosen = select(table, Family.__table__, Person.__table__).select_from(joined)
        found = connection.execute(chosen.where(table.c.id == demand_id).with_for_update(of=table)).all()
        connection.execute(select(Wish.__table__).where(Wish.demand_id == demand_id)).all()
        moved = {
            "state": "oriented",
            "version": found[0].version + 1,
            "oriented_on": clock.day(clock.now()),
            "orientation": request.form["kind"],
            "orientation_note": request.form["note"],
        }
        connection.execute(
            update(table).where(table.c.id == demand_id, table.c.version == found[0].version).values(moved)
        )
        connection.execute(insert(JournalEntry.__table__), rows["journal"] | {"subject_id": demand_id})
        _post(connection, rows["orientation"], demand_id)
    return redirect(f"/demandes/{demand_id}", 303)


def _who(connection: Connection) -> list[Row[Any]]:
    """The statement that knows the person, as every page of ours sends it."""
    session.get("t")
    statement, values = script["statements"]["queue"][0][0]
    return list(connection.exec_driver_sql(statement, values).fetchall())


def _post(connection: Connection, row: dict[str, Any], demand: int) -> None:
    """The letter, rendered now from the same facts by the same templates."""
    templates = letter_templates()
    forms = {
        "text": templates.get_template("letter.txt.j2").render(row["facts"]),
        "html": templates.get_template("letter.html.j2").render(row["facts"]),
    }
    mine = {"key": f"floor:{uuid.uuid4()}", "subject_id": demand}
    connection.execute(insert(LetterRow.__table__).returning(LetterRow.__table__.c.id), row | forms | mine)
