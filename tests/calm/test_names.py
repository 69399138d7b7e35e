import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.names import clean_name, mail_key, phone_key, search_key, skeleton_key, sound_key, tokens

any_text = st.text(max_size=60)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Élodie", "ELODIE"),
        ("Jean-Noël  d’Arc", "JEAN NOEL D ARC"),
        ("Cœur", "COEUR"),
        ("Lætitia", "LAETITIA"),
        ("STRAẞE, straße", "STRASSE STRASSE"),
        ("O'Neill", "O NEILL"),
        ("Łukasz Øystein", "LUKASZ OYSTEIN"),
        ("ŉ", "N"),
        ("  ", ""),
        ("👶 Zoé", "ZOE"),
        ("\u202eéoZ", "EOZ"),
        ("محمد", "محمد"),
    ],
)
def test_a_search_key_keeps_only_what_two_writings_share(typed: str, key: str) -> None:
    assert search_key(typed) == key


@given(any_text)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@given(any_text)
def test_composed_and_decomposed_writings_have_the_same_key(text: str) -> None:
    assert search_key(unicodedata.normalize("NFD", text)) == search_key(unicodedata.normalize("NFC", text))


@given(any_text)
def test_tokens_are_words_without_spaces(text: str) -> None:
    assert all(word and " " not in word for word in tokens(text))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Marie   Lou ", "Marie Lou"),
        ("Zoé\x00\x07", "Zoé"),
        ("abc\u202edef\u2066", "abcdef"),
        ("Léa\tMia\nLou", "Léa Mia Lou"),
        ("Zoe\u0301", "Zoé"),
        ("Bébé 👶", "Bébé 👶"),
        ("<b>Lou</b>", "<b>Lou</b>"),
        ("لیلا", "لیلا"),
        ("d’Ébène-Noir", "d’Ébène-Noir"),
        ("\u200b \ufeff", ""),
        ("e\x01\u0301", "é"),
    ],
)
def test_a_stored_name_keeps_its_letters_and_loses_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@given(any_text)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)


@pytest.mark.parametrize(
    "typed",
    [
        "06 12 34 56 78",
        "06.12.34.56.78",
        "+33 6 12 34 56 78",
        "0033612345678",
        "+33 (0)6 12 34 56 78",
        "612345678",
    ],
)
def test_every_writing_of_a_french_phone_gives_the_same_key(typed: str) -> None:
    assert phone_key(typed) == "612345678"


@pytest.mark.parametrize(
    ("typed", "key"),
    [("+32 2 123 45 67", "3221234567"), ("12", ""), ("", ""), ("néant", ""), ("+33 1", "")],
)
def test_a_phone_that_is_not_french_or_not_a_number_has_its_own_key(typed: str, key: str) -> None:
    assert phone_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "key"),
    [(" Lou.Ter@Exemple.TEST ", "lou.ter@exemple.test"), ("lou", ""), ("@", ""), ("@@", "")],
)
def test_a_mail_key_ignores_case_and_spaces(typed: str, key: str) -> None:
    assert mail_key(typed) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mathis", "Matys"),
        ("Lilly", "Lily"),
        ("Sarah", "Sara"),
        ("Lukas", "Lucas"),
        ("Camille", "Kamille"),
        ("Joséphine", "Josefine"),
    ],
)
def test_names_that_sound_the_same_share_their_sound(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Léo", "Léa"), ("Simon", "Simone"), ("Louis", "Louise"), ("Julie", "Julien")]
)
def test_names_that_twins_may_bear_do_not_sound_the_same(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Dupont", "Dupond"), ("Martin", "Martain"), ("Lemoine", "Lemoyne"), ("Rigaud", "Rigault")],
)
def test_family_names_written_two_ways_share_their_skeleton(one: str, other: str) -> None:
    assert skeleton_key(one) == skeleton_key(other)


@given(any_text)
def test_a_skeleton_is_short_and_exists_for_every_word_that_is_heard(text: str) -> None:
    assert len(skeleton_key(text)) <= 6
    assert bool(skeleton_key(text)) == bool(sound_key(text))
