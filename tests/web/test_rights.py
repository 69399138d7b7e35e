"""Who may open which page, as one table; and that a demand of elsewhere does not exist for whoever may not see it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from guichet.accounts.models import Role
from guichet.accounts.policy import Person
from guichet.core.db import Database
from guichet.core.journal import AuditEntry, JournalEntry
from guichet.demands.dossier import WishEntry
from guichet.demands.models import Demand, Draft
from guichet.establishments.catalogue import Catalogue
from guichet.families.dossier import FactEntry
from guichet.families.models import Fact
from guichet.notifications.models import LetterRow
from tests import make
from tests.web.pages import TOKEN, Visitor

Visit = Callable[..., Visitor]

ROLES = {
    "A": "rpe_agent",
    "D": "director",
    "M": "member",
    "C": "coordinator",
    "G": "administrator",  # gestion: accounts and settings
}
EVERYBODY, SIGNED_IN = "*", "ADMCG"

WHO = {
    # endpoint                        who
    "home": EVERYBODY,
    "favicon": EVERYBODY,
    "static": EVERYBODY,
    "health.health": EVERYBODY,
    "legal.legal": EVERYBODY,
    "style.style": EVERYBODY,  # demonstration only
    "mailbox.page": EVERYBODY,  # demonstration only
    "mailbox.read": EVERYBODY,
    "mailbox.body": EVERYBODY,
    "mailbox.press": EVERYBODY,
    "auth.sign_in": EVERYBODY,
    "auth.open_session": EVERYBODY,
    "auth.forgotten": EVERYBODY,
    "auth.send_reset": EVERYBODY,
    "auth.reset_sent": EVERYBODY,
    "auth.choose": EVERYBODY,
    "auth.chosen": EVERYBODY,
    "auth.account": SIGNED_IN,
    "auth.change_password": SIGNED_IN,
    "auth.sign_out": SIGNED_IN,
    "auth.sign_out_everywhere": SIGNED_IN,
    "admin.accounts": "G",
    "admin.new_account": "G",
    "admin.invite": "G",
    "admin.account": "G",
    "admin.change_account": "G",
    "admin.invite_again": "G",
    "admin.close_account": "G",
    "admin.reopen_account": "G",
    "admin.end_sign_ins": "G",
    "admin.before_opening": "CG",
    "admin.parameters": "CG",
    "admin.change_parameters": "CG",
    "admin.serve_communes": "CG",
    "admin.manager": "CG",
    "admin.change_manager": "CG",
    "admin.desk": "CG",
    "admin.change_desk": "CG",
    "admin.legal_texts": "CG",
    "admin.change_legal_texts": "CG",
    "admin.audit": "CG",
    "admin.export_audit": "CG",
    "bareme.page": SIGNED_IN,
    "bareme.read": SIGNED_IN,
    "bareme.export": SIGNED_IN,
    "bareme.schema": SIGNED_IN,
    "bareme.compare": SIGNED_IN,
    "bareme.trial": "CG",
    "bareme.new": "CG",
    "bareme.begin": "CG",
    "bareme.bring": "CG",
    "bareme.general": "CG",
    "bareme.change_general": "CG",
    "bareme.discard": "CG",
    "bareme.criterion": "CG",
    "bareme.change_criterion": "CG",
    "bareme.arrange": "CG",
    "bareme.rule": "CG",
    "bareme.change_rule": "CG",
    "bareme.look": "CG",
    "bareme.put_in_force": "CG",
    "bareme.last_day": "CG",
    "bareme.close": "CG",
    "points.page": "ADMC",
    "points.keep": "AC",
    "today.page": "AC",
    "queue.page": "ADMC",
    "queue.export": "ADC",
    "demand.page": "ADMC",
    "steps.page": "AC",
    "steps.take": "AC",
    "contacts.exchange": "AC",
    "contacts.keep_exchange": "AC",
    "contacts.plan": "AC",
    "contacts.keep_appointment": "AC",
    "contacts.outcome": "AC",
    "contacts.keep_outcome": "AC",
    "decisions.page": "ADC",
    "decisions.read": "ADMC",
    "decisions.record": "DC",
    "decisions.keep": "DC",
    "decisions.confirm": "ADMC",
    "decisions.drop": "ADC",
    "decisions.annul": "ADC",
    "answer.page": EVERYBODY,
    "answer.accept": EVERYBODY,
    "answer.decline": EVERYBODY,
    "answer.later": EVERYBODY,
    "offers.page": "ADC",
    "offers.read": "ADC",
    "offers.answer": "ADC",
    "offers.told": "ADC",
    "offers.agree": "DC",
    "offers.keep": "DC",
    "offers.enter": "DC",
    "offers.miss": "DC",
    "offers.freed": "ADMC",
    "offers.new_freed": "ADC",
    "offers.tell_freed": "ADC",
    "offers.seat": "ADC",
    "offers.close_seat": "ADC",
    "offers.propose": "ADC",
    "offers.keep_proposal": "ADC",
    "offers.outside": "ADMC",
    "offers.ratify": "AC",
    "offers.emergency": "ADC",
    "offers.keep_emergency": "ADC",
    "registration.start": "ADC",
    "registration.begin": "ADC",
    "registration.step": "ADC",
    "registration.send": "ADC",
    "registration.autosave": "ADC",
    "registration.discard": "ADC",
    "registration.next_child": "ADC",
    "registration.prepare_next_child": "ADC",
    "registration.verify": "ADC",
    "registration.finish": "ADC",
    "registration.need": "ADC",
    "registration.change_need": "ADC",
    "registration.wishes": "ADC",
    "registration.change_wishes": "ADC",
    "family_file.page": "AC",
    "family_file.save": "AC",
    "family_file.child": "AC",
    "family_file.save_child": "AC",
    "family_file.birth": "AC",
    "family_file.confirm": "AC",
    "family_file.close_quietly": "AC",
    "papers.page": "AC",
    "papers.proof": "AC",
    "papers.add": "AC",
    "papers.letter": "AC",
    "papers.receive": "AC",
    "papers.check": "AC",
    "papers.refuse": "AC",
    "papers.remove": "AC",
    "papers.ask": "AC",
    "papers.upload": "AC",
    "papers.download": "AC",
    "papers.erase": "AC",
    "doubles.page": "AC",
    "doubles.comparison": "AC",
    "doubles.differ": "AC",
    "doubles.join": "AC",
    "calendar_doors.page": "C",
    "availability.mine": "ADMC",
    "availability.say_mine": "ADMC",
    "availability.by_link": EVERYBODY,
    "availability.say_by_link": EVERYBODY,
    "availability.members": "C",
    "availability.ask": "C",
    "availability.revoke": "C",
    "availability.of_member": "C",
    "availability.say_of_member": "C",
    "campaigns.page": "C",
    "campaigns.new": "C",
    "campaigns.add": "C",
    "campaigns.read": "C",
    "campaigns.edit": "C",
    "campaigns.change": "C",
    "campaigns.ask": "C",
    "campaigns.run": "C",
    "campaigns.session": "C",
    "campaigns.differences": "C",
    "campaigns.download": "C",
    "campaigns.attempt": "C",
    "campaigns.absence": "C",
    "campaigns.retry": "C",
    "campaigns.consult": "C",
    "campaigns.answers": "C",
    "campaigns.take_in": "C",
    "campaigns.preview": "C",
    "campaigns.publish": "C",
    "campaigns.own": EVERYBODY,
    "campaigns.say": EVERYBODY,
    "closed_days.page": "C",
    "closed_days.seed": "C",
    "closed_days.close": "C",
    "closed_days.change": "C",
    "rooms.page": "C",
    "rooms.new": "C",
    "rooms.add": "C",
    "rooms.read": "C",
    "rooms.change": "C",
    "rooms.take": "C",
    "rooms.free": "C",
    "rooms.travel": "C",
    "rooms.change_travel": "C",
    "rooms.seed_travel": "C",
    "rooms.new_team": "C",
    "rooms.add_team": "C",
    "rooms.team": "C",
    "rooms.change_team": "C",
    "milestones.page": "AC",
    "milestones.task": "AC",
    "milestones.of_session": "AC",
    "milestones.tick": "AC",
    "milestones.give": "AC",
    "commissions.page": "ADMC",
    "commissions.new": "C",
    "commissions.add": "C",
    "commissions.read": "ADMC",
    "commissions.edit": "C",
    "commissions.change": "C",
    "commissions.new_seat": "C",
    "commissions.add_seat": "C",
    "commissions.seat": "C",
    "commissions.change_seat": "C",
    "commissions.new_session": "AC",
    "commissions.plan_session": "AC",
    "commissions.session": "ADMC",
    "commissions.convene": "AC",
    "commissions.new_day": "AC",
    "commissions.postpone": "AC",
    "commissions.give_up": "AC",
    "commissions.cancel": "AC",
    "commissions.convocations_page": "AC",
    "commissions.update_convocations": "AC",
    "commissions.convocation": "AC",
    "commissions.note_answer": "AC",
    "commissions.call_again": "AC",
    "commissions.withdraw_one": "AC",
    "commissions.close_feed": "AC",
    "commissions.proofs": "AC",
    "commissions.new_hours": "AC",
    "commissions.rearrange": "AC",
    "invited.page": EVERYBODY,
    "invited.reply": EVERYBODY,
    "invited.subscribe": EVERYBODY,
    "invited.unsubscribe": EVERYBODY,
    "invited.mine": "ADMC",
    "invited.reply_mine": "ADMC",
    "invited.subscribe_mine": "ADMC",
    "invited.unsubscribe_mine": "ADMC",
    "feeds.feed": EVERYBODY,
    "commissions.agenda": "ADMC",
    "commissions.build_agenda": "AC",
    "commissions.add_item": "AC",
    "commissions.arrange": "AC",
    "commissions.screen": "ADMC",
    "commissions.pulse": "ADMC",
    "commissions.open_session": "AC",
    "commissions.steer": "AC",
    "commissions.note_presence": "AC",
    "commissions.give_proxy": "AC",
    "commissions.recuse": "AC",
    "commissions.record": "ADC",
    "commissions.take_back": "ADC",
    "commissions.postpone_the_rest": "AC",
    "commissions.links_page": "ADMC",
    "commissions.declare_link": "ADMC",
    "explaining.preview": "AC",
    "explaining.post": "AC",
    "commissions.signature": "ADMC",
    "commissions.try_signature": "ADMC",
    "commissions.answer_finding": "ADMC",
    "commissions.sign": "ADMC",
    "commissions.annul_signature": "ADMC",
    "commissions.held_letter": "ADMC",
    "commissions.held_letter_body": "ADMC",
    "commissions.papers": "ADMC",
    "commissions.ask_paper": "AC",
    "commissions.approve_minutes": "AC",
    "commissions.paper": "ADMC",
    "commissions.follow_ups": "ADMC",
    "commissions.new_follow_up": "AC",
    "commissions.add_follow_up": "AC",
    "commissions.close_follow_up": "AC",
    "commissions.new_round": "C",
    "commissions.add_round": "C",
    "commissions.round_page": "ADMC",
    "commissions.edit_round": "C",
    "commissions.change_round": "C",
    "proposals.page": "ADMC",
    "proposals.new": "C",
    "proposals.ask": "C",
    "proposals.read": "ADMC",
    "proposals.difference": "ADMC",
    "proposals.line": "ADMC",
    "proposals.decide": "C",
    "proposals.replay": "C",
    "proposals.retry": "C",
    "proposals.of_demand": "ADMC",
    "proposals.problem": "C",
    "proposals.result": "C",
    "proposals.export": "ADC",
    "childminders.page": "AC",
    "childminders.new": "AC",
    "childminders.add": "AC",
    "childminders.card": "AC",
    "childminders.confirm": "AC",
    "childminders.stop": "AC",
    "childminders.resume": "AC",
    "childminders.edit": "AC",
    "childminders.change": "AC",
    "childminders.new_places": "AC",
    "childminders.add_places": "AC",
    "childminders.places": "AC",
    "childminders.change_places": "AC",
    "childminders.remove_places": "AC",
    "childminders.sheet": "AC",
    "childminders.take_sheet": "AC",
    "childminders.model": "AC",
    "childminders.export": "AC",
    "childminders.track": "AC",
    "childminders.hand": "AC",
    "childminders.contact": "AC",
    "childminders.keep_contact": "AC",
    "childminders.solution": "AC",
    "childminders.keep_solution": "AC",
    "childminders.end": "AC",
    "childminders.keep_end": "AC",
    "places.page": "ADC",
    "places.sheet": "ADC",
    "places.review": "AC",
    "places.edit_sheet": "DC",
    "places.keep_sheet": "DC",
    "places.edit_places": "DC",
    "places.peak": "D",
    "places.keep_peak": "D",
    "places.keep_places": "DC",
    "places.edit_closures": "DC",
    "places.keep_closures": "DC",
    "places.week": "ADC",
    "places.outlook": "ADC",
    "places.territory": "ADC",
    "places.freed": "ADC",
    "places.demand": "ADC",
    "places.presence": "DC",
    "places.export_presence": "DC",
    "places.import_presence": "D",
    "places.new_stay": "D",
    "places.add_stay": "D",
    "places.stay": "D",
    "places.change_stay": "D",
    "letters.undelivered": "ACG",  # G: the letters about accounts, without their text
    "letters.waiting": "ACG",
    "incoming.page": "ACG",  # A, C: the list; G: how the mailbox goes
    "incoming.seen": "AC",
    "letters.print_tray": "ACG",
    "letters.batch": "ACG",
    "letters.posted": "ACG",
    "letters.export": "ACG",
    "letters.read": "ACG",
    "letters.body": "ACG",
    "letters.printed": "ACG",
    "letters.retry": "ACG",
    "letters.on_paper": "ACG",
    "figures.page": SIGNED_IN,
    "figures.export": SIGNED_IN,
}

ENDS_THE_SIGN_IN = {"auth.sign_out", "auth.sign_out_everywhere"}
MAY_BE_GONE_ALREADY = {"registration.discard"}
"""Throwing away a draft that is not there: done, as after a double click. Nothing is told of it."""
NOWHERE = 999_999
SAMPLES = {
    "token": "aucun-lien",
    "draft_id": "aucun-brouillon",
    "key": "aucun-message",
    "filename": "guichet.css",
    "page": "aide",
    "slug": "orienter",
    "step": "enfant",
}


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods; those that end the sign-in have their own tests."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            if rule.endpoint not in ENDS_THE_SIGN_IN:
                yield rule, method


def address(app: Flask, rule: Rule, **known: object) -> str:
    """The address of a rule; what is not given names nothing that exists."""
    values = {name: known.get(name, SAMPLES.get(name, NOWHERE)) for name in rule.arguments}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values) if rule.endpoint != "home" else "/"


def ask(visitor: Visitor, method: str, url: str, token: str) -> int:
    """The status of one request, without following where it leads. A form is sent empty, with its token."""
    return answer(visitor, method, url, token).status_code


def answer(visitor: Visitor, method: str, url: str, token: str) -> TestResponse:
    """One answer, read to its end."""
    data = {"csrf_token": token} if method == "POST" else None
    response = visitor.client.open(url, method=method, data=data, buffered=True)
    response.close()
    return response


def token_of(visitor: Visitor, page: str) -> str:
    return TOKEN.search(visitor.get(page))[1]


def test_the_table_names_every_page_and_no_other(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(WHO)


def test_the_table_says_what_the_rights_of_each_page_and_of_each_role_give(app):
    for endpoint, view in app.view_functions.items():
        if endpoint == "static":
            continue
        rights = view.rights  # every page says who may open it
        if rights == ():
            expected = EVERYBODY
        elif rights == ("signed_in",):
            expected = SIGNED_IN
        else:
            people = {letter: Person(1, "x", roles=frozenset({role})) for letter, role in ROLES.items()}
            expected = "".join(
                letter for letter, person in people.items() if any(person.may(right) for right in rights)
            )
        assert WHO[endpoint] == expected, endpoint


def test_the_letters_of_the_table_are_the_roles():
    assert set(ROLES.values()) == set(Role)


def test_a_stranger_opens_what_is_open_to_all_and_is_led_to_the_sign_in_elsewhere(app, visitor):
    token = token_of(visitor, "/connexion")
    for rule, method in rules(app):
        url = address(app, rule)
        response = answer(visitor, method, url, token)
        led = response.status_code == 302 and response.location.startswith("/connexion")
        assert led == (WHO[rule.endpoint] != EVERYBODY or rule.endpoint == "home"), (method, url)
        assert response.status_code < 500 and response.status_code != 403, (method, url, response.status_code)


@pytest.mark.parametrize("letter", ROLES)
def test_each_role_opens_its_pages_and_is_refused_the_others(app, visit: Visit, catalogue, letter):
    house = make.house(catalogue, "lucioles")
    visitor = visit(ROLES[letter], **({"houses": (house,)} if letter == "D" else {}))
    token = token_of(visitor, "/compte")
    for rule, method in rules(app):
        url = address(app, rule)
        status = ask(visitor, method, url, token)
        if WHO[rule.endpoint] != EVERYBODY and letter not in WHO[rule.endpoint]:
            assert status == 403, (method, url, status)
        elif WHO[rule.endpoint] == EVERYBODY:
            assert status in (200, 302, 303, 401, 404, 410, 422), (method, url, status)
        elif rule.endpoint in MAY_BE_GONE_ALREADY:
            assert status == 303, (method, url, status)
        elif NOWHERE in rule_values(rule) or "draft_id" in rule.arguments:
            assert status == 404, (method, url, status)
        else:
            assert status in ((200,) if method == "GET" else (200, 302, 303, 422)), (method, url, status)


def rule_values(rule: Rule) -> list[object]:
    return [SAMPLES.get(name, NOWHERE) for name in rule.arguments]


def test_a_refused_page_leaves_a_trace(visit: Visit, database):
    visitor = visit("member")
    visitor.get("/administration/comptes", status=403)
    with database.reading() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "refused")).one()
    assert (line.actor_id, line.detail) == (visitor.person.user_id, "/administration/comptes")


# A demand of elsewhere

FAR = {
    "an agent of another commune": ("rpe_agent", {"communes": (make.BLANZY,)}),
    "the director of another establishment": ("director", {"houses": ("moulins",)}),
    "a member while nothing is before a commission": ("member", {}),
    "an administrator": ("administrator", {}),
}


def elsewhere(database: Database, catalogue: Catalogue) -> dict[str, object]:
    """A demand that lives, was registered and wishes in Montceau only, and what hangs from it."""
    with database.writing() as session:
        agent = make.person(session, name="Alix Accueil")
        demand = make.demand(
            session,
            catalogue,
            agent,
            wishes=(WishEntry(establishment_id=make.house(catalogue, "lucioles")),),
            facts=(FactEntry("residence", "address_proof"),),
        )
        session.add(
            Draft(
                id="0" * 36,
                user_id=agent.user_id,
                created_at=make.NOON,
                saved_at=make.NOON,
                title="Essai",
                typed={"child": {}},
            )
        )
        session.commit()
        return {
            "demand_id": demand.id,
            "letter_id": session.scalars(select(LetterRow.id)).one(),
            "fact_id": session.scalars(select(Fact.id)).one(),
            "draft_id": "0" * 36,
        }


def touched(database: Database) -> tuple[object, ...]:
    """What a change would change."""
    with database.reading() as session:
        return (
            session.scalar(select(func.count()).select_from(JournalEntry)),
            session.scalar(select(func.count()).select_from(LetterRow)),
            session.execute(select(Demand.id, Demand.state, Demand.version)).all(),
            session.execute(select(LetterRow.id, LetterRow.state)).all(),
            session.execute(select(Draft.id, Draft.title)).all(),
        )


@pytest.mark.parametrize("who", FAR)
def test_what_concerns_a_demand_of_elsewhere_does_not_exist_and_the_attempt_is_traced(
    app, visit: Visit, database, catalogue, who
):
    role, limits = FAR[who]
    if "houses" in limits:
        limits = {"houses": tuple(make.house(catalogue, code) for code in limits["houses"])}
    visitor = visit(role, **limits)
    known = elsewhere(database, catalogue)
    token = token_of(visitor, "/compte")
    letter = next(letter for letter, name in ROLES.items() if name == role)
    before = touched(database)
    tried = 0
    for rule, method in rules(app):
        if not set(known) & rule.arguments or letter not in WHO[rule.endpoint]:
            continue
        url = address(app, rule, **known)
        status = ask(visitor, method, url, token)
        if rule.endpoint in MAY_BE_GONE_ALREADY:
            assert status == 303, (method, url, status)
            continue
        assert status == 404, (method, url, status)
        tried += 1
        if "draft_id" in rule.arguments:  # another person's typing, under an id nobody can guess
            continue
        with database.reading() as session:
            last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (last.action, last.actor_id, last.detail) == ("refused", visitor.person.user_id, url), url
    assert tried
    assert touched(database) == before


def test_the_same_pages_open_for_whoever_the_demand_concerns(app, visit: Visit, database, catalogue):
    visitor = visit("rpe_agent", communes=(make.MONTCEAU,))
    known = elsewhere(database, catalogue)
    visitor.get(f"/demandes/{known['demand_id']}")
    visitor.get(f"/demandes/{known['demand_id']}/justificatifs/{known['fact_id']}")
    visitor.get(f"/courriers/{known['letter_id']}")


def test_a_family_of_elsewhere_stands_in_no_list_and_no_export(app, visit: Visit, database, catalogue):
    with database.writing() as session:
        agent = make.person(session)
        make.demand(
            session,
            catalogue,
            agent,
            child=make.child(last_name="Quissard"),
            adults=(make.adult(last_name="Quissard"),),
            wishes=(WishEntry(establishment_id=make.house(catalogue, "lucioles")),),
        )
        session.commit()
    for role, limits in FAR.values():
        if "houses" in limits:
            limits = {"houses": tuple(make.house(catalogue, code) for code in limits["houses"])}
        visitor = visit(role, **limits)
        for rule, method in rules(app):
            if method == "GET" and not rule.arguments and WHO[rule.endpoint] != EVERYBODY:
                html = visitor.client.get(rule.rule, query_string={"q": "quissard"}).get_data(as_text=True)
                assert "Quissard" not in html, (role, rule.rule)
