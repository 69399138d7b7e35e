"""What hands type in the wizard, read generously; what nobody could mean, refused in one sentence."""

import pytest

from guichet.web.registration.typed import Typed


def read(kind: str, typed: str, *bounds: int) -> tuple[object, str]:
    """The value and the sentence."""
    form = Typed({"it": typed})
    value = getattr(form, kind)("it", *bounds)
    return value, form.problems.get("it", "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0639980001", "06 39 98 00 01"),
        ("06.39.98.00.01", "06 39 98 00 01"),
        ("+33 6 39 98 00 01", "06 39 98 00 01"),
        ("0041 79 123 45 67", "+41 79 123 45 67"),
        ("", ""),
    ],
)
def test_a_phone_number_is_kept_as_it_is_read_aloud(typed: str, kept: str) -> None:
    assert read("phone", typed) == (kept, "")


@pytest.mark.parametrize("typed", ["06", "abcd", "0" * 500, "+", "06 39 98 00 0", "<b>0639980001</b>" * 9])
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    value, sentence = read("phone", typed)
    assert value == ""
    assert "téléphone" in sentence


@pytest.mark.parametrize(
    "typed", ["a@", "a@b", "a b@exemple.test", "a@exemple..test", "x" * 300 + "@exemple.test"]
)
def test_a_mail_address_badly_written_is_refused(typed: str) -> None:
    value, sentence = read("email", typed)
    assert value == ""
    assert "bien écrite" in sentence


def test_a_mail_address_with_spaces_around_is_cleaned() -> None:
    assert read("email", " Camille.Verdoux@Exemple.Test ") == ("Camille.Verdoux@exemple.test", "")


@pytest.mark.parametrize(
    ("typed", "minutes"), [("35", 2100), ("28,5", 1710), ("28.5 h", 1710), ("35h", 2100), ("", None)]
)
def test_hours_of_work_are_read_with_their_comma(typed: str, minutes: int | None) -> None:
    assert read("hours", typed, 80) == (minutes, "")


@pytest.mark.parametrize("typed", ["0", "81", "-3", "nan", "inf", "1e1", "²", "1.2.3", ".", "9" * 400])
def test_impossible_hours_of_work_are_refused(typed: str) -> None:
    value, sentence = read("hours", typed, 80)
    assert value is None
    assert "80 au plus" in sentence


@pytest.mark.parametrize("typed", ["²", "٣", "1,5", "-1", "21", "9" * 5000, "0" * 12 + "21"])
def test_what_is_no_whole_number_within_bounds_is_refused(typed: str) -> None:
    value, sentence = read("number", typed, 0, 20)
    assert value is None
    assert "entre 0 et 20" in sentence


def test_a_code_that_is_not_offered_is_not_taken() -> None:
    assert Typed({"it": "admin"}).choice("it", ("caf", "msa")) == ""
    assert Typed({"it": "msa"}).choice("it", ("caf", "msa")) == "msa"
