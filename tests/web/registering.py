"""The wizard of a registration, typed as an agent types it."""

import re
from typing import Any

from sqlalchemy import func, select

from guichet.core.db import Database
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue
from tests import make
from tests.web.pages import Visitor

CHILD = {"child_first_name": "Lina", "child_last_name": "Verdoux", "birth_date": "14/3/2026"}
FAMILY = {
    "adult1_first_name": "Camille",
    "adult1_last_name": "Verdoux",
    "adult1_link": "mother",
    "adult1_phone": "0639980001",
    "adult1_email": "camille.verdoux@exemple.test",
    "adult1_activity": "employed",
    "adult1_has_authority": "y",
    "adult1_lives_with_child": "y",
    "address": "12 rue des Lilas",
    "postcode": "71300",
    "channel": "email",
}
NEED = {
    "entry_on": "1/9/2027",
    "care": "regular",
    "meals": "y",
    "school_holidays": "all",
    "week-1-1-start": "8h",
    "week-1-1-end": "17h30",
    "week-4-1-start": "8",
    "week-4-1-end": "12h",
}


def begin(visitor: Visitor) -> str:
    """The address of a new draft."""
    visitor.get("/demandes/nouvelle")
    visitor.post("/demandes/nouvelle")
    return visitor.path.rsplit("/", 1)[0]


def wishes(catalogue: Catalogue) -> dict[str, str]:
    return {
        "wish1": f"h{make.house(catalogue, 'lucioles')}",
        "wish3": "mchildminder",
        "wish3_where": make.BLANZY,
    }


def type_all(visitor: Visitor, catalogue: Catalogue, **steps: dict[str, str]) -> str:
    """Every step of a draft up to the verification; its address."""
    draft = begin(visitor)
    visitor.post(f"{draft}/enfant", CHILD | steps.get("enfant", {}))
    visitor.post(f"{draft}/famille", FAMILY | steps.get("famille", {}))
    visitor.post(f"{draft}/besoin", NEED | steps.get("besoin", {}))
    visitor.post(f"{draft}/voeux", wishes(catalogue) | steps.get("voeux", {}))
    visitor.post(f"{draft}/situation", steps.get("situation", {}))
    assert visitor.path == f"{draft}/verification"
    return draft


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def final(visitor: Visitor, **values: str) -> dict[str, str]:
    """The form of the verification, as the page gives it, ticked and sent."""
    page = visitor.last.get_data(as_text=True) if visitor.last else ""
    sent = {"seen": hidden(page, "seen"), "channel": "desk", "notice_given": "y"}
    if 'name="next_child"' in page:
        sent["next_child"] = "y"
    return {**sent, **values}


def finish(visitor: Visitor, draft: str, *, status: int = 303, **values: str) -> str:
    return visitor.post(f"{draft}/verification", final(visitor, **values), status=status, follow=False)


def where(visitor: Visitor) -> str:
    assert visitor.last is not None
    return str(visitor.last.headers["Location"])


def one(database: Database, statement: Any) -> Any:
    with database.reading() as session:
        return session.scalars(statement).one()


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def known(database: Database, catalogue: Catalogue, **values: Any) -> Demand:
    with database.writing() as session:
        made = make.demand(session, catalogue, make.person(session), **values)
        session.commit()
        return made
