from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.months import add_months
from guichet.demands.legal_dates import (
    ImplicitRejection,
    PublicManager,
    acknowledgement_deadline,
    appeal_deadline,
    decision_remedies_sentence,
    implicit_rejection_date,
    implicit_rejections,
    private_sentence,
    registration_receipt_deadline,
    remedies_sentence,
    silence_sentence,
)

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 3, 15), 2, date(2026, 5, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 31), 4, date(2027, 4, 30)),
        (date(2026, 8, 31), 4, date(2026, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_keep_the_day_number_or_end_with_the_month(start: date, months: int, expected: date) -> None:
    assert add_months(start, months) == expected


@given(days, st.integers(-60, 60))
def test_added_months_land_in_the_right_month_and_never_on_a_later_day_number(
    start: date, months: int
) -> None:
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


def test_a_private_manager_has_no_date_of_implicit_rejection() -> None:
    assert implicit_rejection_date(date(2026, 3, 15), 2, public=False) is None


@pytest.mark.parametrize("months", [0, 1, 3, 12])
def test_silence_is_counted_in_two_or_four_months_only(months: int) -> None:
    with pytest.raises(ValueError, match="2 ou 4 mois"):
        implicit_rejection_date(date(2026, 3, 15), months, public=True)


def test_the_time_left_for_missing_papers_postpones_the_rejection() -> None:
    assert implicit_rejection_date(date(2026, 3, 15), 2, True, suspended_days=10) == date(2026, 5, 25)


def test_each_public_manager_has_one_date_in_the_order_of_the_wishes() -> None:
    managers = (
        PublicManager("la ville de Blanzy", True, 4),
        PublicManager("l’association Les Lutins", False),
        PublicManager("la ville de Saint-Vallier", True, 2),
        PublicManager("la ville de Blanzy", True, 4),
    )
    assert implicit_rejections(managers, date(2026, 1, 30)) == (
        ImplicitRejection("la ville de Blanzy", 4, date(2026, 5, 30), date(2026, 7, 31)),
        ImplicitRejection("la ville de Saint-Vallier", 2, date(2026, 3, 30), date(2026, 6, 1)),
    )


@pytest.mark.parametrize(
    ("refused", "closed", "expected"),
    [
        (date(2026, 5, 15), (), date(2026, 7, 16)),  # a Thursday
        (date(2026, 5, 17), (), date(2026, 7, 20)),  # a Saturday
        (date(2026, 5, 13), (date(2026, 7, 14),), date(2026, 7, 15)),  # the 14th of July
        (date(2026, 12, 31), (), date(2027, 3, 1)),
    ],
)
def test_an_appeal_has_two_full_months_and_never_ends_on_a_closed_day(
    refused: date, closed: tuple[date, ...], expected: date
) -> None:
    assert appeal_deadline(refused, closed) == expected


@given(days)
def test_an_appeal_never_ends_before_its_two_months(refused: date) -> None:
    end = appeal_deadline(refused)
    assert end > add_months(refused, 2)
    assert end.isoweekday() < 6


def test_a_demand_of_friday_is_registered_by_monday_and_acknowledged_within_a_week() -> None:
    friday = date(2026, 9, 4)
    assert registration_receipt_deadline(friday) == date(2026, 9, 7)
    assert registration_receipt_deadline(friday, closed=[date(2026, 9, 7)]) == date(2026, 9, 8)
    assert acknowledgement_deadline(friday) == date(2026, 9, 11)


def test_a_letter_written_after_the_date_of_silence_speaks_of_it_in_the_past() -> None:
    line = ImplicitRejection("ce gestionnaire", 4, date(2026, 5, 30), date(2026, 7, 31))
    assert "ce silence a valu refus" in silence_sentence(line, date(2026, 6, 1))
    assert remedies_sentence(line, "tribunal", date(2026, 7, 31)).startswith("Vous pouvez, jusqu’au")
    ended = remedies_sentence(line, "tribunal", date(2026, 8, 1)).replace("\u00a0", " ")
    assert ended == "Ce silence pouvait être contesté jusqu’au 31 juillet 2026."


def test_the_sentences_name_the_manager_the_date_and_the_article() -> None:
    line = ImplicitRejection("la ville de Blanzy", 4, date(2026, 5, 30), date(2026, 7, 31))
    before = date(2026, 2, 2)
    silence = silence_sentence(line, before).replace("\u00a0", " ")
    assert "la ville de Blanzy" in silence
    assert "samedi 30 mai 2026" in silence
    assert "4 mois" in silence
    assert "L. 231-5 et L. 231-6" in silence
    remedies = remedies_sentence(line, "tribunal administratif de Dijon", before).replace("\u00a0", " ")
    assert "jusqu’au 31 juillet 2026" in remedies
    assert "tribunal administratif de Dijon" in remedies
    assert "R. 421-2" in remedies
    written = decision_remedies_sentence("la maire de Blanzy", "tribunal administratif de Dijon")
    assert "écrire à la maire de Blanzy" in written
    assert "R. 421-1" in written
    assert "ce gestionnaire est privé" in private_sentence("L’association Les Lutins")
