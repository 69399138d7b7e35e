"""Before the desk opens: what is ready, what is not, and where it is done."""

from datetime import timedelta

from sqlalchemy import update

from guichet.accounts.models import User
from guichet.accounts.policy import ADMINISTRATOR, COORDINATOR
from guichet.core.db import Database
from guichet.establishments.catalogue import Catalogue
from guichet.notifications.models import LetterRow
from guichet.observatory.opening import opening
from tests import make


def test_a_new_installation_says_what_is_still_to_be_done_and_who_may_do_it(
    visit, catalogue: Catalogue
) -> None:
    page = visit(ADMINISTRATOR).get("/administration/mise-en-route")
    assert "6 textes manquent" in page
    assert "Aucune version n’est en vigueur" in page
    assert "Aucune commission n’a encore de présidence." in page
    assert "Composer les commissions" not in page
    for_coordination = visit(COORDINATOR).get("/administration/mise-en-route")
    assert "Composer les commissions" in for_coordination
    assert "par l’administration" in for_coordination
    assert "au choix" in for_coordination


def test_what_was_done_is_counted(database: Database, catalogue: Catalogue) -> None:
    with database.writing() as session:
        before = opening(session, make.TODAY)
        by = make.person(session, "coordinator")
        lucioles = make.house(catalogue, "lucioles")
        make.person(session, "director", houses=(lucioles,))
        make.places(session, lucioles, by)
        make.commission(session, catalogue, by, seats=(make.seat("president", holder="Ada Rivemont"),))
        make.demand(session, catalogue, by)
        session.execute(update(User).values(password_hash="choisi"))
        session.flush()
        now = opening(session, make.TODAY)
        assert (now.coordinators, now.undirected, now.unlicensed, now.undecided) == (
            before.coordinators + 1,
            before.undirected - 1,
            before.unlicensed - 1,
            before.undecided - 1,
        )
        assert (before.chaired, now.chaired, opening(session, make.TODAY + timedelta(days=4000)).chaired) == (
            0,
            1,
            1,
        )
        session.execute(update(LetterRow).values(last_error="Le serveur de messagerie ne répond pas."))
        assert opening(session, make.TODAY).stuck == 1
