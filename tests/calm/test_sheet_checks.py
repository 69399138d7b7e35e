"""What a licence, a sheet and a closure may not say: each refusal is one sentence at its field."""

from dataclasses import replace
from datetime import date

import pytest

from guichet.core.week import Week
from guichet.establishments.kinds import Kind
from guichet.establishments.sheet import (
    Band,
    ClosureEntry,
    PlacesEntry,
    SectionEntry,
    SheetEntry,
    bands_of,
)
from guichet.establishments.sheet_checks import closure_problems, places_problems, sheet_problems

TODAY = date(2026, 11, 23)
DAYS = (1, 2, 3, 4, 5)
MONDAY = (1,)
GOOD = PlacesEntry(
    30,
    date(2025, 1, 1),
    hours=Week.same_hours(DAYS, (450, 1110)),
    may_exceed=True,
    sections=(SectionEntry("Bébés", 2, 15, 10), SectionEntry("Grands", 15, 48, 20)),
    bands=(Band(DAYS, 450, 510, 15), Band(DAYS, 510, 1050, 30), Band(DAYS, 1050, 1110, 15)),
    kept=(Band(DAYS, 510, 1050, 2, use="occasional"),),
)


def problems(kind: Kind = Kind.MULTI_ACCUEIL, **changes: object) -> dict[str, str]:
    return said(places_problems(replace(GOOD, **changes), kind))


def said(found: dict[str, str]) -> dict[str, str]:
    """The sentences with plain spaces, as one reads them."""
    return {field: sentence.replace("\u00a0", " ") for field, sentence in found.items()}


def test_a_modulated_licence_with_its_sections_is_accepted() -> None:
    assert problems() == {}


def test_sections_that_exceed_the_licence_are_refused() -> None:
    more = (SectionEntry("Bébés", 2, 15, 12), SectionEntry("Grands", 15, 48, 20))
    assert problems(sections=more) == {"sections": "Les sections comptent 32 places en tout, l’agrément 30."}


def test_slots_that_overlap_are_refused_with_the_hours() -> None:
    found = problems(bands=(Band(DAYS, 450, 540, 15), Band(MONDAY, 510, 1110, 30)))
    assert found == {"bands-1": "Lundi : deux tranches se recouvrent, de 8 h 30 à 9 h."}


def test_slots_of_two_seasons_or_of_two_sections_do_not_overlap() -> None:
    seasons = (
        Band(DAYS, 450, 1110, 30, last=date(2027, 2, 28)),
        Band(DAYS, 450, 1110, 20, first=date(2027, 3, 1)),
    )
    assert problems(bands=seasons) == {}
    sections = (
        Band(DAYS, 450, 1110, 10, section="Bébés"),
        Band(DAYS, 450, 1110, 20, section="Grands"),
    )
    assert problems(bands=sections) == {}


def test_sections_given_more_places_together_than_the_licence_are_refused_at_the_hour() -> None:
    sections = (
        Band(DAYS, 450, 1110, 15, section="Bébés"),
        Band((2,), 600, 660, 20, section="Grands"),
    )
    assert problems(bands=sections, sections=GOOD.sections, kept=()) == {
        "bands": "Mardi à 10 h : les sections ont ensemble plus de places que l’agrément."
    }


@pytest.mark.parametrize(
    ("band", "sentence"),
    [
        (Band(DAYS, 360, 480, 15), "Lundi : cette tranche sort des heures d’ouverture."),
        (Band((6,), 480, 600, 15), "Samedi : cette tranche sort des heures d’ouverture."),
        (Band((), 480, 600, 15), "Cochez au moins un jour."),
        (Band(DAYS, 600, 600, 15), "L’heure de fin doit venir après l’heure de début."),
        (Band(DAYS, 600, 480, 15), "L’heure de fin doit venir après l’heure de début."),
        (
            Band(DAYS, 495, 600, 15),
            "Les tranches vont par demi-heures : arrondissez à l’heure ou à la demie.",
        ),
        (Band(DAYS, 480, 600, 0), "Indiquez au moins une place."),
        (Band(DAYS, 480, 600, 31), "31 places dans cette tranche, mais 30 dans l’agrément."),
        (Band(DAYS, 480, 600, 5, section="Moyens"), "Il n’y a pas de section « Moyens »."),
        (
            Band(DAYS, 480, 600, 5, first=date(2027, 3, 1), last=date(2027, 2, 1)),
            "La période de validité se termine avant de commencer.",
        ),
    ],
)
def test_a_faulty_slot_is_refused_at_its_row(band: Band, sentence: str) -> None:
    assert problems(bands=(band,), kept=()) == {"bands-0": sentence}


def test_more_seats_kept_than_places_are_refused() -> None:
    assert problems(kept=(Band(MONDAY, 450, 510, 16, use="reserved"),)) == {
        "kept": "Lundi à 7 h 30 : il y a plus de places gardées que de places."
    }


@pytest.mark.parametrize(
    ("kind", "capacity", "refused"),
    [
        (Kind.MULTI_ACCUEIL, 60, False),
        (Kind.MULTI_ACCUEIL, 61, True),
        (Kind.MICRO_CRECHE_PAJE, 12, False),
        (Kind.MICRO_CRECHE_PSU, 13, True),
        (Kind.FAMILY_CRECHE, 61, False),
        (Kind.ALSH, 80, False),
    ],
)
def test_a_unit_has_sixty_places_at_most_and_a_micro_creche_twelve(
    kind: Kind, capacity: int, refused: bool
) -> None:
    entry = replace(
        GOOD,
        capacity=capacity,
        may_exceed=False,
        sections=(),
        bands=(Band(DAYS, 450, 1110, capacity),),
        kept=(),
    )
    assert ("capacity" in places_problems(entry, kind)) is refused


def test_115_percent_are_for_collective_care_only() -> None:
    assert "may_exceed" in problems(Kind.FAMILY_CRECHE)


def test_a_licence_says_its_date_and_ends_after_it_starts() -> None:
    assert "granted_on" in problems(granted_on=None)
    assert "expires_on" in problems(expires_on=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        (SectionEntry("", 2, 15, 10), "Donnez un nom à la section."),
        (SectionEntry("Bébés", 15, 15, 10), "« Bébés » : l’âge de fin doit venir après l’âge de début."),
        (SectionEntry("Bébés", 2, 15, 0), "« Bébés » : indiquez au moins une place."),
    ],
)
def test_a_faulty_section_is_refused_at_its_row(section: SectionEntry, sentence: str) -> None:
    assert problems(sections=(section,))["sections-0"] == sentence


def test_two_sections_do_not_bear_the_same_name() -> None:
    twice = (SectionEntry("Bébés", 2, 15, 5), SectionEntry("bebes", 15, 48, 5))
    assert problems(sections=twice)["sections-1"] == "Deux sections s’appellent « bebes »."


@pytest.mark.parametrize(
    ("closure", "sentence"),
    [
        (
            ClosureEntry(date(2026, 12, 24), date(2026, 12, 23)),
            "La fermeture se termine avant de commencer.",
        ),
        (
            ClosureEntry(date(2028, 1, 1), date(2028, 1, 2)),
            "Une fermeture se déclare pour cette année ou la suivante, du 1er janvier 2026 au 31 décembre 2027.",
        ),
    ],
)
def test_a_closure_outside_the_year_or_upside_down_is_refused(closure: ClosureEntry, sentence: str) -> None:
    assert said(closure_problems((closure,), TODAY)) == {"closures-0": sentence}


def test_a_closure_does_not_cover_another() -> None:
    summer = ClosureEntry(date(2027, 8, 2), date(2027, 8, 20))
    assert closure_problems((summer, ClosureEntry(date(2027, 8, 20), date(2027, 8, 21))), TODAY) == {
        "closures-1": "Cette fermeture en recouvre une autre."
    }
    assert closure_problems((summer, ClosureEntry(date(2027, 8, 21), date(2027, 8, 21))), TODAY) == {}


def test_a_creche_of_twenty_keeps_one_place_in_twenty_for_insertion() -> None:
    assert "D214-7" in sheet_problems(SheetEntry(), Kind.MULTI_ACCUEIL, 20)["insertion_percent"]
    assert sheet_problems(SheetEntry(), Kind.MULTI_ACCUEIL, 19) == {}
    assert sheet_problems(SheetEntry(insertion_percent=5), Kind.MULTI_ACCUEIL, 40) == {}
    assert sheet_problems(SheetEntry(), Kind.ALSH, 80) == {}


@pytest.mark.parametrize(
    ("kind", "declared", "share", "refused"),
    [
        (Kind.AVIP_CRECHE, False, 19, True),
        (Kind.AVIP_CRECHE, False, 20, False),
        (Kind.MULTI_ACCUEIL, True, 10, True),
        (Kind.MULTI_ACCUEIL, False, 10, False),
    ],
)
def test_a_creche_for_insertion_keeps_a_fifth_of_its_places(
    kind: Kind, declared: bool, share: int, refused: bool
) -> None:
    entry = SheetEntry(is_avip=declared, insertion_percent=share)
    found = sheet_problems(entry, kind, 20)
    assert ("L214-7 du" in found.get("insertion_percent", "")) is refused


def test_a_mail_a_phone_and_a_text_that_cannot_be_are_refused() -> None:
    found = sheet_problems(SheetEntry(email="accueil", phone="12", languages="x" * 121), Kind.LAEP, None)
    assert set(found) == {"email", "phone", "languages"}


def test_stored_days_of_the_same_hours_come_back_as_one_row() -> None:
    rows = [(day, (450, 510, 15, "", "", None, None)) for day in (5, 1, 2)]
    assert bands_of(rows) == (Band((1, 2, 5), 450, 510, 15),)
