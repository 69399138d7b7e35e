"""What every page of an establishment begins with: may this person, here; and the tabs between its pages."""

from datetime import date
from typing import Any

from flask import request, url_for

from guichet.core import french
from guichet.core.clock import day
from guichet.establishments.capacity import House as Places
from guichet.establishments.catalogue import House
from guichet.placements.stays import load_houses
from guichet.web.door import at, catalogue, db, not_for_them, person

TABS = (
    ("places.sheet", "Fiche", "read_offer"),
    ("places.week", "Semaine", "read_places"),
    ("places.outlook", "Prévisions", "read_places"),
    ("places.freed", "Qui convient ?", "read_places"),
    ("places.presence", "Enfants accueillis", "read_presence"),
)


def may_here(action: str, house: House) -> bool:
    """Whether the person may do this in this establishment."""
    return person().reaches_house(action, house.id, house.commune_code)


def opened(action: str, house_id: int) -> House:
    """The establishment, for whoever may; 404 and a trace for the others."""
    house = catalogue().houses.get(house_id)
    if house is None or not may_here(action, house):
        raise not_for_them("establishment", house_id)
    return house


def places_of(house: House, since: date) -> Places:
    """Its places and its children, from a day on."""
    return load_houses(db(), [house.id], since)[house.id]


def tabs(house: House) -> list[dict[str, Any]]:
    """The pages of an establishment that the person may open, the present one marked."""
    return [
        {"label": label, "url": url_for(endpoint, house_id=house.id), "current": request.endpoint == endpoint}
        for endpoint, label, action in TABS
        if may_here(action, house) and (house.is_collective or endpoint == "places.sheet")
    ]


def asked_day(name: str = "le") -> tuple[date, str]:
    """The day asked in the address, today when none; and the sentence that refuses what was typed."""
    today = day(at())
    typed = request.args.get(name, "").strip()
    if not typed:
        return today, ""
    try:
        found = (
            date.fromisoformat(typed) if typed[:4].isdigit() and "-" in typed else french.parse_date(typed)
        )
    except ValueError as refusal:
        return today, str(refusal)
    if abs((found - today).days) > 2 * 366:
        return today, "Choisissez une date à moins de deux ans d’aujourd’hui."
    return found, ""
