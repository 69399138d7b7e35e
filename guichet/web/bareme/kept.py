"""What the barème's pages share: a version by its number, the barème that applies, and who it is told to."""

import time
from dataclasses import dataclass

from flask import abort, current_app, request

from guichet.bareme.bareme import Bareme
from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_of, version_in_force
from guichet.core.clock import day
from guichet.core.errors import NotFoundError
from guichet.web.door import CATALOGUE_SECONDS, at, catalogue, db

KEPT = "guichet.bareme"


@dataclass(frozen=True)
class Applied:
    """The barème that applies today, and the version it is."""

    id: int
    title: str
    digest: str
    bareme: Bareme


def applied() -> Applied | None:
    """The barème of today, kept some seconds by each process like the offer; None when there is none."""
    kept = current_app.extensions.setdefault(KEPT, {})
    today = day(at())
    if kept.get("until", 0) < time.monotonic() or kept.get("day") != today:
        found = version_in_force(db(), today)
        kept["value"] = Applied(found.id, found.title, found.digest, bareme_of(found)) if found else None
        kept["until"], kept["day"] = time.monotonic() + CATALOGUE_SECONDS, today
    value: Applied | None = kept["value"]
    return value


def forget() -> None:
    """Read the barème again at the next request: this process has just changed it."""
    current_app.extensions.pop(KEPT, None)


def version(version_id: int) -> BaremeVersion:
    """A version by its number. Raises NotFoundError."""
    found = db().get(BaremeVersion, version_id)
    if found is None:
        raise NotFoundError
    return found


def seen() -> int | None:
    """The version of the row that the form was filled from."""
    typed = request.form.get("version", "")
    if not typed.isdecimal() or len(typed) > 9:
        abort(400)
    return int(typed)


def towns() -> dict[str, str]:
    """Names of the communes by INSEE code."""
    return {code: town.name for code, town in catalogue().towns.items()}
