"""Accounts: invited, answered, reset, changed, closed; never the last administrator."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from guichet.accounts import actions, links, own_actions, queries, signing_in
from guichet.accounts.entry import AccountEntry
from guichet.accounts.models import AccountLink, User
from guichet.accounts.policy import Person
from guichet.core.actor import Actor
from guichet.core.errors import ConflictError, DomainError, InvalidError, TooManyAttemptsError
from guichet.core.journal import AuditEntry, JournalEntry
from guichet.establishments.catalogue import Catalogue, load_catalogue
from guichet.notifications.models import LetterRow
from tests import make

URL = "https://guichet.example"
PHRASE = "quatre mots très simples"
OPERATOR = Actor(None, "Exploitant")


def entry(**values) -> AccountEntry:
    return AccountEntry(
        **{
            "email": "Maud.Verdier@Exemple.test",
            "name": "Maud Verdier",
            "roles": frozenset({"rpe_agent"}),
            **values,
        }
    )


def invite(session: Session, catalogue: Catalogue, at=make.NOON, **values) -> tuple[User, str]:
    return actions.invite(session, entry(**values), catalogue, URL, actor=OPERATOR, at=at)


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def open_account(session: Session, catalogue: Catalogue, **values) -> User:
    user, link = invite(session, catalogue, **values)
    own_actions.choose_password(session, token_of(link), PHRASE, PHRASE, catalogue, at=make.NOON)
    return user


def sign_in(session: Session, password: str = PHRASE, at=make.NOON) -> tuple[str, Person]:
    return signing_in.sign_in(session, "maud.verdier@exemple.test", password, "192.0.2.1", at=at)


def last_link(session: Session, user: User, kind: str) -> str:
    query = select(LetterRow.facts).where(LetterRow.subject_id == user.id, LetterRow.kind == kind)
    return session.scalars(query.order_by(LetterRow.id.desc())).first()["action"][1]


def test_an_invited_person_receives_a_link_and_chooses_a_password(session, catalogue):
    user, link = invite(session, catalogue)
    assert link == last_link(session, user, "account_invite")
    assert link.startswith(f"{URL}/invitation/")
    with pytest.raises(DomainError):
        sign_in(session)
    own_actions.choose_password(session, token_of(link), PHRASE, PHRASE, catalogue, at=make.NOON)
    _token, person = sign_in(session)
    assert person.name == "Maud Verdier"
    assert person.roles == {"rpe_agent"}


def test_only_the_hash_of_a_link_stands_with_the_account(session, catalogue):
    _user, link = invite(session, catalogue)
    session.flush()
    stored = session.scalars(select(AccountLink)).one()
    assert stored.token_hash != token_of(link)
    assert stored.token_hash == signing_in.digest(token_of(link))


def test_a_link_serves_once(session, catalogue):
    _user, link = invite(session, catalogue)
    own_actions.choose_password(session, token_of(link), PHRASE, PHRASE, catalogue, at=make.NOON)
    with pytest.raises(links.LinkGoneError):
        own_actions.choose_password(session, token_of(link), "x" * 20, "x" * 20, catalogue, at=make.NOON)


def test_an_invitation_lasts_seven_days(session, catalogue):
    _user, link = invite(session, catalogue)
    week = timedelta(days=7)
    links.holder_of(session, token_of(link), at=make.NOON + week - timedelta(seconds=1))
    with pytest.raises(links.LinkGoneError):
        links.holder_of(session, token_of(link), at=make.NOON + week)


def test_a_second_invitation_ends_the_first(session, catalogue):
    user, first = invite(session, catalogue)
    second = actions.invite_again(session, user.id, catalogue, URL, actor=OPERATOR, at=make.NOON)
    with pytest.raises(links.LinkGoneError):
        links.holder_of(session, token_of(first), at=make.NOON)
    assert links.holder_of(session, token_of(second), at=make.NOON) is user


def test_nobody_is_invited_again_once_a_password_stands(session, catalogue):
    user = open_account(session, catalogue)
    with pytest.raises(ConflictError):
        actions.invite_again(session, user.id, catalogue, URL, actor=OPERATOR, at=make.NOON)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "sans-arobase"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a b@exemple.test"}, "email"),
        ({"name": " \u202e "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"roles": frozenset()}, "roles"),
        ({"roles": frozenset({"roi"})}, "roles"),
        ({"roles": frozenset({"director"})}, "houses"),
        ({"roles": frozenset({"director"}), "houses": frozenset({9_999})}, "houses"),
        ({"communes": frozenset({"75056"})}, "communes"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_at_its_field(session, catalogue, values, field):
    with pytest.raises(InvalidError) as refusal:
        invite(session, catalogue, **values)
    assert set(refusal.value.problems) == {field}
    assert session.scalars(select(User)).all() == []


def test_one_address_has_one_account_whatever_its_capitals(session, catalogue):
    invite(session, catalogue)
    with pytest.raises(InvalidError) as refusal:
        invite(session, catalogue, email="MAUD.VERDIER@exemple.test ")
    assert "existe déjà" in refusal.value.problems["email"]


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("court", "court", "password"),
        ("motdepasse123", "motdepasse123", "password"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "password"),
        ("maud.verdier@exemple.test", "maud.verdier@exemple.test", "password"),
        ("x" * 201, "x" * 201, "password"),
        (PHRASE, PHRASE + " ", "again"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_and_the_link_still_serves(
    session, catalogue, password, again, field
):
    user, link = invite(session, catalogue)
    with pytest.raises(InvalidError) as refusal:
        own_actions.choose_password(session, token_of(link), password, again, catalogue, at=make.NOON)
    assert set(refusal.value.problems) == {field}
    assert links.holder_of(session, token_of(link), at=make.NOON) is user


def test_a_forgotten_password_is_chosen_again_within_the_hour(session, catalogue):
    user = open_account(session, catalogue)
    opened, _person = sign_in(session)
    own_actions.request_reset(
        session, " Maud.Verdier@exemple.test", "192.0.2.1", catalogue, URL, at=make.NOON
    )
    token = token_of(last_link(session, user, "account_reset"))
    with pytest.raises(links.LinkGoneError):
        links.holder_of(session, token, at=make.NOON + timedelta(hours=1))
    own_actions.choose_password(
        session, token, "une autre phrase", "une autre phrase", catalogue, at=make.NOON
    )
    assert signing_in.who(session, opened, at=make.NOON) is None
    assert sign_in(session, "une autre phrase")[1].user_id == user.id
    kinds = session.scalars(select(LetterRow.kind).where(LetterRow.subject_id == user.id)).all()
    assert kinds.count("account_password") == 1


def test_an_unknown_address_receives_nothing_and_is_answered_the_same(session, catalogue):
    own_actions.request_reset(session, "inconnue@exemple.test", "192.0.2.1", catalogue, URL, at=make.NOON)
    assert session.scalars(select(LetterRow)).all() == []


def test_a_closed_account_receives_no_link(session, catalogue):
    user = open_account(session, catalogue)
    actions.close(session, user.id, make.TODAY, version=user.version, actor=OPERATOR, at=make.NOON)
    own_actions.request_reset(session, user.email, "192.0.2.1", catalogue, URL, at=make.NOON)
    kinds = session.scalars(select(LetterRow.kind)).all()
    assert "account_reset" not in kinds


def test_asking_again_and_again_writes_three_letters_an_hour_then_waits(session, catalogue):
    user = open_account(session, catalogue)
    later = make.NOON + timedelta(hours=2)
    for _ in range(8):
        own_actions.request_reset(session, user.email, "192.0.2.1", catalogue, URL, at=later)
    with pytest.raises(TooManyAttemptsError):
        own_actions.request_reset(session, user.email, "192.0.2.1", catalogue, URL, at=later)
    kinds = session.scalars(select(LetterRow.kind).where(LetterRow.subject_id == user.id)).all()
    assert kinds.count("account_reset") == 3


def test_who_never_answered_gets_the_invitation_again_but_not_twice_an_hour(session, catalogue):
    user, _link = invite(session, catalogue)
    later = make.NOON + timedelta(days=9)
    for _ in range(2):
        own_actions.request_reset(session, user.email, "192.0.2.1", catalogue, URL, at=later)
    session.flush()
    kinds = session.scalars(select(LetterRow.kind).where(LetterRow.subject_id == user.id)).all()
    assert kinds == ["account_invite", "account_invite"]
    links.holder_of(session, token_of(last_link(session, user, "account_invite")), at=later)


def test_a_changed_password_ends_the_other_sign_ins_and_keeps_this_one(session, catalogue):
    user = open_account(session, catalogue)
    here, _ = sign_in(session)
    elsewhere, _ = sign_in(session)
    own_actions.change_password(
        session,
        user.id,
        PHRASE,
        "une autre phrase",
        "une autre phrase",
        catalogue,
        keep=here,
        at=make.NOON,
    )
    assert signing_in.who(session, here, at=make.NOON) is not None
    assert signing_in.who(session, elsewhere, at=make.NOON) is None


def test_the_present_password_cannot_be_guessed_from_an_open_session(session, catalogue):
    user = open_account(session, catalogue)
    words = ("une autre phrase", "une autre phrase", catalogue)
    for _ in range(8):
        with pytest.raises(InvalidError):
            own_actions.change_password(session, user.id, "faux", *words, keep="", at=make.NOON)
    with pytest.raises(TooManyAttemptsError):
        own_actions.change_password(session, user.id, PHRASE, *words, keep="", at=make.NOON)


def test_a_new_password_opens_an_account_locked_by_guessing(session, catalogue):
    user = open_account(session, catalogue)
    for _ in range(8):
        with pytest.raises(DomainError):
            sign_in(session, "faux")
    with pytest.raises(TooManyAttemptsError):
        sign_in(session)
    own_actions.request_reset(session, user.email, "192.0.2.9", catalogue, URL, at=make.NOON)
    token = token_of(last_link(session, user, "account_reset"))
    own_actions.choose_password(session, token, PHRASE, PHRASE, catalogue, at=make.NOON)
    assert sign_in(session)[1].user_id == user.id


def test_an_account_closes_on_its_day_and_its_sign_ins_end(session, catalogue):
    user = open_account(session, catalogue)
    opened, _ = sign_in(session)
    tomorrow = make.TODAY + timedelta(days=1)
    actions.close(session, user.id, tomorrow, version=user.version, actor=OPERATOR, at=make.NOON)
    session.flush()
    assert signing_in.who(session, opened, at=make.NOON) is not None
    with pytest.raises(DomainError):
        sign_in(session, at=make.NOON + timedelta(days=1))
    assert signing_in.who(session, opened, at=make.NOON + timedelta(days=1)) is None
    actions.reopen(session, user.id, version=user.version, actor=OPERATOR, at=make.NOON)
    session.flush()
    assert sign_in(session, at=make.NOON + timedelta(days=1))[1].user_id == user.id


def test_closing_today_ends_the_open_sign_ins_at_once(session, catalogue):
    user = open_account(session, catalogue)
    opened, _ = sign_in(session)
    actions.close(session, user.id, make.TODAY, version=user.version, actor=OPERATOR, at=make.NOON)
    actions.reopen(session, user.id, version=user.version, actor=OPERATOR, at=make.NOON)
    assert signing_in.who(session, opened, at=make.NOON) is None


def test_new_roles_and_reach_hold_at_the_next_page(session, catalogue):
    user = open_account(session, catalogue)
    opened, _ = sign_in(session)
    house = make.house(catalogue, "lucioles")
    changed = entry(roles=frozenset({"director", "member"}), houses=frozenset({house}))
    seen = user.version
    actions.change_account(
        session, user.id, changed, catalogue, URL, version=seen, actor=OPERATOR, at=make.NOON
    )
    session.flush()
    assert user.version != seen
    person, _due = signing_in.who(session, opened, at=make.NOON)
    assert person.roles == {"director", "member"}
    assert person.houses == {house}


def test_a_page_too_old_changes_nothing(session, catalogue):
    user = open_account(session, catalogue)
    seen = user.version
    actions.change_account(
        session, user.id, entry(name="Maud V."), catalogue, URL, version=seen, actor=OPERATOR, at=make.NOON
    )
    session.flush()
    with pytest.raises(ConflictError):
        actions.change_account(
            session, user.id, entry(name="Zoé"), catalogue, URL, version=seen, actor=OPERATOR, at=make.NOON
        )
    assert user.name == "Maud V."


def test_signing_in_does_not_age_the_page_of_the_administrator(session, catalogue):
    user = open_account(session, catalogue)
    seen = user.version
    sign_in(session)
    session.expire_all()
    assert session.get(User, user.id).version == seen
    assert session.get(User, user.id).last_signed_in_at == make.NOON


def test_a_corrected_address_is_invited_and_the_former_link_is_worth_nothing(session, catalogue):
    user, link = invite(session, catalogue)
    actions.change_account(
        session,
        user.id,
        entry(email="maud.v@exemple.test"),
        catalogue,
        URL,
        version=user.version,
        actor=OPERATOR,
        at=make.NOON,
    )
    with pytest.raises(links.LinkGoneError):
        links.holder_of(session, token_of(link), at=make.NOON)
    sent = session.scalars(select(LetterRow.email).order_by(LetterRow.id)).all()
    assert sent == ["maud.verdier@exemple.test", "maud.v@exemple.test"]


def test_the_last_administrator_can_neither_close_nor_leave_the_role(session, catalogue):
    chief = open_account(session, catalogue, roles=frozenset({"administrator"}))
    invite(session, catalogue, email="seconde@exemple.test", roles=frozenset({"administrator"}))
    with pytest.raises(ConflictError):
        actions.close(
            session, chief.id, date(2099, 1, 1), version=chief.version, actor=OPERATOR, at=make.NOON
        )
    with pytest.raises(ConflictError):
        actions.change_account(
            session, chief.id, entry(), catalogue, URL, version=chief.version, actor=OPERATOR, at=make.NOON
        )


def test_an_administrator_may_leave_once_another_has_chosen_a_password(session, catalogue):
    chief = open_account(session, catalogue, roles=frozenset({"administrator"}))
    open_account(session, catalogue, email="seconde@exemple.test", roles=frozenset({"administrator"}))
    actions.close(session, chief.id, make.TODAY, version=chief.version, actor=OPERATOR, at=make.NOON)
    assert chief.closes_on == make.TODAY


def test_every_change_is_in_the_journal_and_among_the_traces(session, catalogue):
    user = open_account(session, catalogue)
    actions.close(session, user.id, make.TODAY, version=user.version, actor=OPERATOR, at=make.NOON)
    steps = session.scalars(
        select(JournalEntry.step).where(JournalEntry.subject_type == "account").order_by(JournalEntry.id)
    ).all()
    assert steps == ["invite_account", "accept_invitation", "close_account"]
    traced = session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "change")).all()
    assert sorted(traced) == sorted(steps)


def test_the_list_finds_a_name_without_its_accents_and_filters_by_role(session, catalogue):
    invite(session, catalogue, name="Zoé Évrard", email="ze@exemple.test")
    invite(session, catalogue, name="Anne Marly", email="am@exemple.test", roles=frozenset({"coordinator"}))
    load = load_catalogue(session)
    found = queries.accounts(session, load, at=make.NOON, words="EVRARD zoe")
    assert [line.name for line in found.lines] == ["Zoé Évrard"]
    found = queries.accounts(session, load, at=make.NOON, role="coordinator")
    assert [line.name for line in found.lines] == ["Anne Marly"]
    assert queries.accounts(session, load, at=make.NOON).total == 2
