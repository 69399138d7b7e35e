"""Plain builders: what they make is what they say, and every value can be given by name."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from guichet.accounts.models import Membership, User
from guichet.accounts.policy import Person
from guichet.commissions.commission_actions import CommissionEntry, SeatEntry, add_seat
from guichet.commissions.commission_actions import create as create_commission
from guichet.commissions.commission_models import Commission
from guichet.commissions.reglement import Reglement
from guichet.core.actor import Actor
from guichet.core.names import search_key
from guichet.core.week import Week
from guichet.demands.actions import OrientationEntry, enlist, orient
from guichet.demands.dossier import NeedEntry, Registration, WishEntry
from guichet.demands.models import Demand
from guichet.demands.registering import register
from guichet.establishments.catalogue import Catalogue, load_catalogue
from guichet.establishments.childminder_actions import add as add_childminder
from guichet.establishments.childminder_entries import ChildminderEntry, Known, OpeningEntry
from guichet.establishments.childminders import Childminder
from guichet.establishments.models import Establishment, Kind, Manager
from guichet.establishments.sheet import Band, PlacesEntry
from guichet.establishments.sheet_actions import Change, save_places
from guichet.families.dossier import AdultEntry, ChildEntry, FactEntry, FamilyEntry, HouseholdEntry
from guichet.placements.actions import StayEntry, add_stay
from guichet.placements.models import Placement
from guichet.placements.offers.answer_links import AnswerLinks
from guichet.territory.models import BassinDeVie, Commune, CommunePostcode, Desk, Epci

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
MONTCEAU, BLANZY = "71306", "71040"
LINKS = AnswerLinks("https://guichet.exemple.test", "s" * 40)
FIVE_DAYS = Week.same_hours((1, 2, 3, 4, 5), (8 * 60, 17 * 60 + 30))


def territory(session: Session) -> Catalogue:
    """Two communes, one desk, a public and a private manager, three establishments."""
    session.add(Epci(siren="247100290", name="Communauté d’essai"))
    session.flush()
    session.add(BassinDeVie(code="sud", name="Bassin sud", epci_siren="247100290"))
    desk = Desk(
        code="rpe",
        name="RPE d’essai",
        address="1 place du Guichet",
        postcode="71300",
        city="Montceau-les-Mines",
        phone="03 53 01 00 01",
        email="rpe@exemple.test",
    )
    session.add(desk)
    session.flush()
    for code, name, postcode in ((MONTCEAU, "Montceau-les-Mines", "71300"), (BLANZY, "Blanzy", "71450")):
        session.add(
            Commune(
                code=code,
                name=name,
                sort_key=search_key(name),
                population=1000,
                latitude=46.67,
                longitude=4.36,
                bassin_code="sud",
                desk_id=desk.id,
                postcodes=[CommunePostcode(postcode=postcode)],
            )
        )
    town = manager(session, code="ville", name="Ville d’essai", is_public=True)
    private = manager(session, code="asso", name="Association d’essai", is_public=False)
    session.flush()
    establishment(session, "lucioles", "Les Lucioles", town, MONTCEAU)
    establishment(session, "moulins", "Les Moulins", town, BLANZY)
    establishment(session, "mesanges", "Les Mésanges", private, BLANZY, kind=Kind.MICRO_CRECHE_PAJE)
    session.commit()
    return load_catalogue(session)


def manager(session: Session, code: str, name: str, *, is_public: bool) -> Manager:
    """Who manages and decides."""
    made = Manager(
        code=code,
        name=name,
        is_public=is_public,
        implicit_rejection_months=4,
        deciding_authority=f"Autorité de {name}",
        signatory_name="Dominique Signataire",
        signatory_title="Adjointe à la petite enfance",
        tribunal="tribunal administratif de Dijon" if is_public else "",
    )
    session.add(made)
    return made


def establishment(
    session: Session, code: str, name: str, keeper: Manager, commune: str, kind: Kind = Kind.MULTI_ACCUEIL
) -> Establishment:
    """A place to wish for."""
    made = Establishment(
        code=code,
        name=name,
        sort_key=search_key(name),
        kind=kind,
        commune_code=commune,
        manager_id=keeper.id,
        capacity=20,
        phone="03 53 01 00 02",
    )
    session.add(made)
    session.flush()
    return made


def house(catalogue: Catalogue, code: str) -> int:
    """The id of an establishment by its code."""
    return next(item.id for item in catalogue.houses.values() if item.code == code)


def person(
    session: Session,
    role: str = "rpe_agent",
    *,
    name: str = "",
    email: str = "",
    communes: tuple[str, ...] = (),
    houses: tuple[int, ...] = (),
) -> Person:
    """A professional account with one role, stored, and the person it makes."""
    user = User(
        email=email or f"{uuid4().hex[:8]}@exemple.test",
        name=name or f"Personne {role}",
        password_hash=None,
        created_at=NOON,
    )
    limits: list[dict[str, Any]] = [{"commune_code": code} for code in communes]
    limits += [{"establishment_id": house_id} for house_id in houses]
    user.memberships = [Membership(role=role, **limit) for limit in limits or [{}]]
    session.add(user)
    session.flush()
    return Person(
        user_id=user.id,
        name=user.name,
        email=user.email,
        roles=frozenset({role}),
        communes=frozenset(communes),
        houses=frozenset(houses),
    )


def adult(**values: Any) -> AdultEntry:
    """A mother with a mail address and a phone."""
    return AdultEntry(
        **{
            "first_name": "Camille",
            "last_name": "Verdoux",
            "link": "mother",
            "phone": "06 39 98 00 01",
            "email": "camille.verdoux@exemple.test",
            "activity": "employed",
            **values,
        }
    )


def child(**values: Any) -> ChildEntry:
    """A baby of eight months."""
    return ChildEntry(
        **{"first_name": "Lina", "last_name": "Verdoux", "birth_date": date(2026, 3, 14), **values}
    )


def household(**values: Any) -> HouseholdEntry:
    """A family of Montceau that reads its mails."""
    return HouseholdEntry(
        **{
            "address": "12 rue des Lilas",
            "postcode": "71300",
            "city": "Montceau-les-Mines",
            "commune_code": MONTCEAU,
            "channel": "email",
            **values,
        }
    )


def registration(catalogue: Catalogue, **values: Any) -> Registration:
    """A complete registration: full-time care from September, two wishes, no paper asked."""
    facts: tuple[FactEntry, ...] = values.pop("facts", ())
    return Registration(
        **{
            "submission": uuid4().hex,
            "channel": "desk",
            "child": child(),
            "family": FamilyEntry(
                values.pop("household", household()), values.pop("adults", (adult(),)), facts=facts
            ),
            "need": need(),
            "wishes": (
                WishEntry(establishment_id=house(catalogue, "lucioles")),
                WishEntry(establishment_id=house(catalogue, "mesanges")),
            ),
            "notice_version": "2026-11",
            "received_on": TODAY,
            "desk_commune_code": MONTCEAU,
            **values,
        }
    )


def need(**values: Any) -> NeedEntry:
    """Five days a week, 8 h to 17 h 30, from September."""
    return NeedEntry(**{"care": "regular", "entry_on": date(2027, 9, 1), "week": FIVE_DAYS, **values})


def demand(session: Session, catalogue: Catalogue, by: Person, at: datetime = NOON, **values: Any) -> Demand:
    """A registered demand, by the real action."""
    return register(session, registration(catalogue, **values), catalogue, actor=by, at=at)


def childminder(
    session: Session, name: str = "Ana Delmas", *openings: OpeningEntry, **values: Any
) -> Childminder:
    """A professional of Blanzy with three places approved, added by the real action; free all week if not said."""
    by = values.pop("by", None) or Actor(user_id=None, name="Alix Accueil")
    at = values.pop("at", NOON)
    known = values.pop("known", None) or Known(frozenset({MONTCEAU, BLANZY}))
    confirmed_on = values.pop("confirmed_on", None)
    entry = ChildminderEntry(**{"name": name, "commune_code": BLANZY, "approved_places": 3, **values})
    free = openings or (OpeningEntry(1, TODAY, FIVE_DAYS),)
    return add_childminder(session, entry, free, known, actor=by, at=at, confirmed_on=confirmed_on)


def places(session: Session, house_id: int, by: Person, capacity: int = 10, **values: Any) -> None:
    """A licence from 7 h 30 to 18 h 30, five days a week, without sections."""
    days = (1, 2, 3, 4, 5)
    entry = PlacesEntry(
        **{
            "capacity": capacity,
            "granted_on": date(2025, 1, 1),
            "hours": Week.same_hours(days, (450, 1110)),
            "bands": (Band(days, 450, 1110, capacity),),
            **values,
        }
    )
    save_places(session, house_id, entry, Change(by, NOON))


def stay(session: Session, house_id: int, by: Person, **values: Any) -> Placement:
    """A child of eighteen months without a file, there since September five days a week."""
    entry = StayEntry(
        **{
            "starts_on": date(2026, 9, 1),
            "week": FIVE_DAYS,
            "first_name": "Nour B.",
            "birth_date": date(2025, 5, 20),
            **values,
        }
    )
    return add_stay(session, house_id, entry, actor=by, at=NOON)


def commission(
    session: Session,
    catalogue: Catalogue,
    by: Person,
    *houses: str,
    name: str = "Commission d’essai",
    seats: tuple[SeatEntry, ...] | None = None,
    **settings: Any,
) -> Commission:
    """A commission of Les Lucioles if not said, with a presidency and two elected members since January."""
    ids = frozenset(house(catalogue, code) for code in houses or ("lucioles",))
    entry = CommissionEntry(name, ids, Reglement(**settings))
    made = create_commission(session, entry, catalogue, actor=by, at=NOON)
    for one in seats if seats is not None else (seat("president"), seat("elected"), seat("elected")):
        add_seat(session, made, one, actor=by, at=NOON)
        session.expire(made, ["seats"])
        session.refresh(made, ["seats"])
    return made


def seat(role: str = "elected", **values: Any) -> SeatEntry:
    """A seat that votes, its mandate begun in January."""
    return SeatEntry(**{"role": role, "starts_on": date(2026, 1, 1), "title": f"Siège {role}", **values})


def elected_seats() -> tuple[SeatEntry, ...]:
    """A presidency and two elected members reached by mail, the first of them with a deputy."""
    return (
        seat("president", holder="Honorine Castelbrac", email="honorine@mairie.example"),
        seat(
            "elected",
            holder="Évrard Tournemine",
            email="evrard@mairie.example",
            deputy="Solange Pontarcy",
            deputy_email="solange@mairie.example",
        ),
        seat("elected", holder="Ludivine Marescot", email="ludivine@mairie.example"),
    )


def enlisted(
    session: Session, catalogue: Catalogue, demand: Demand, name: str, on: date = date(2027, 1, 12)
) -> Demand:
    """The demand oriented, then on the list of a session, by the real actions."""
    by = Actor(user_id=None, name="Alix Accueil")
    orient(session, demand, OrientationEntry("commission", "Entretien"), catalogue, actor=by, at=NOON)
    enlist(session, demand, on, name, (), catalogue, actor=by, at=NOON)
    return demand
