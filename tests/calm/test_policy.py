"""The table of rights, and what a password must be."""

from itertools import product

import pytest

from guichet.accounts.models import Role
from guichet.accounts.passwords import check_strength, matches
from guichet.accounts.policy import RIGHTS, Person, Reach
from guichet.accounts.words import REACHES, ROLE_HINTS, ROLES, rights_of
from guichet.accounts.words import RIGHTS as WORDS
from guichet.core.errors import InvalidError, NotAllowedError

READS_A_FILE = {
    "read_demand",
    "register",
    "edit_family",
    "read_referral",
    "check_proof",
    "orient",
    "enlist",
    "close",
    "merge",
    "record_decision",
    "confirm_decision",
    "handle_letters",
    "assess",
    "propose",
    "read_proposals",
    "export",
}


def person(*roles: str, communes: frozenset[str] = frozenset()) -> Person:
    return Person(user_id=1, name="Essai", roles=frozenset(roles), communes=communes)


def test_the_table_names_only_roles_that_exist_and_every_role_has_a_right():
    named = {role for cells in RIGHTS.values() for role in cells}
    assert named == set(Role)


def test_every_code_has_its_french_words():
    assert set(WORDS) == set(RIGHTS)
    assert set(REACHES) == set(Reach)
    assert set(ROLES) == set(ROLE_HINTS) == set(Role)


def test_nobody_may_anything_without_a_role():
    assert not any(person().may(action) for action in RIGHTS)
    with pytest.raises(NotAllowedError):
        person().demand("read_demand")


def test_an_administrator_opens_no_file_of_a_family():
    assert not any(person("administrator").may(action) for action in READS_A_FILE)


def test_a_member_reads_what_is_before_a_commission_and_writes_nothing():
    held = {action for action in RIGHTS if person("member").may(action)}
    assert held == {
        *("read_demand", "read_proposals", "read_commissions", "read_bareme", "read_figures"),
        # Her own time only.
        "say_time",
        # To follow a session, and to declare a link: nothing is decided with it.
        "sit",
        # A member who presides, or who is the second person.
        "sign_minutes",
        # A member who presides: the seat comes with its decision already recorded (commissions/mandate.py).
        "grant_between",
    }
    assert person("member").reaches("read_demand") == (Reach.COMMISSION,)


def test_a_director_never_goes_further_than_their_houses_with_a_file():
    held = {action: person("director").reaches(action) for action in READS_A_FILE & set(RIGHTS)}
    assert {reach for reaches in held.values() for reach in reaches} == {Reach.HOUSES}
    assert not held["read_referral"]


def test_an_agent_is_limited_only_when_the_account_names_communes():
    limited = person("rpe_agent", communes=frozenset({"71040"}))
    assert limited.reaches("read_demand") == (Reach.COMMUNES,)
    assert person("rpe_agent").reaches("read_demand") == (Reach.ALL,)


@pytest.mark.parametrize(("first", "second"), list(product(Role, Role)))
def test_two_roles_give_what_each_gives_and_nothing_else(first, second):
    both = person(first, second)
    for action in RIGHTS:
        each = set(person(first).reaches(action)) | set(person(second).reaches(action))
        assert set(both.reaches(action)) == each


def test_the_rights_of_an_account_read_as_french_sentences():
    told = rights_of(person("rpe_agent", communes=frozenset({"71040"})))
    assert ("lire les demandes", "dans vos communes") in told
    assert ("lire les indicateurs", "sur tout le territoire") in told


@pytest.mark.parametrize(
    "password",
    [
        "court",
        "motdepasse123",
        "MotDePasse2026!",
        "azertyuiopqs",
        "123456789012",
        "abcdefghijklm",
        "aaaaaaaaaaaaaaaa",
        "chatchatchatchat",
        "zoe.marly@exemple.test",
        "zoe.marly2026",
        "guichet-montceau",
        "x" * 201,
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password):
    with pytest.raises(InvalidError):
        check_strength(password, "zoe.marly@exemple.test")


@pytest.mark.parametrize(
    "password",
    [
        "quatre mots très simples",
        "petite enfance 71",
        "é" * 3 + "lan vital 09",
        "x9$kTq!vB2mZ",
        "la crèche du coin bleu",
    ],
)
def test_a_long_phrase_is_accepted_without_any_rule_on_signs(password):
    check_strength(password, "zoe.marly@exemple.test")


def test_an_unknown_account_matches_no_password():
    assert not matches(None, "personne n’a ce mot de passe")
