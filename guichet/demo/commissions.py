"""The commissions of the demonstration: who sits, the sessions to come, the agenda of the nearest one."""

from datetime import date, timedelta

from guichet.commissions.commission_actions import CommissionEntry, SeatEntry, add_seat, create
from guichet.commissions.commission_models import Commission
from guichet.commissions.commission_queries import commission
from guichet.commissions.reglement import HALF, Reglement
from guichet.commissions.sessions import actions as session_actions
from guichet.commissions.sessions import agenda_actions
from guichet.commissions.sessions.actions import SessionEntry
from guichet.commissions.sessions.agenda_actions import ItemEntry
from guichet.commissions.sessions.models import Round
from guichet.commissions.sessions.queries import opened_session
from guichet.commissions.sessions.rounds import RoundEntry, save_round
from guichet.core.clock import day
from guichet.core.names import search_key
from guichet.demo.accounts import COORDINATOR, DIRECTORS, MEMBER, PRESIDENTS
from guichet.demo.line import World
from guichet.demo.said import TOWNS

REGLEMENT = Reglement(
    quorum=HALF,
    second_without_quorum=True,
    proxies=1,
    casting_vote=True,
    roles={"elected": 1},
    notice_days=10,
)
STARTS_AT = 14 * 60
PLANNED = 2
"""How many sessions of each commission are planned ahead."""
WINDOW_DAYS = 400
TOWN_HALL = "mairie.example"
Chair = tuple[str, str, str, str, bool]
# role, function, holder, deputy, voting
_SEATS = (
    ("president", "Adjointe à la petite enfance", "Honorine Castelbrac", "Barnabé Loisellier", True),
    ("elected", "Conseiller délégué", "Évrard Tournemine", "Solange Pontarcy", True),
    ("elected", "Conseillère de l’opposition", "Ludivine Marescot", "", True),
    ("coordinator", "Coordination petite enfance", COORDINATOR.name, "", True),
    ("director", "Direction d’établissement", DIRECTORS[0].name, "", True),
    ("pmi", "Puéricultrice de PMI", "Bertille Onfray-Dumas", "", False),
    ("caf", "Conseillère technique de la Caf", "", "", False),
)

# the deputy mayor and her own deputy, the councillor and his, the councillor of the opposition
_ELECTED = {
    "ville_blanzy": ("Sidonie Vaucresson", "Aristide Meuniot", "Gontran Palissard", "", "Ophélie Brézins"),
    "ville_saint_vallier": ("Clotaire Jussandre", "Ermeline Cordesse", "Hippolyte Sarmizelles", "", "Delphine Ravanel-Truchot"),
    "ville_sanvignes": ("Apolline Fourneret", "Séverin Dragonnet", "Mélisande Coupat", "", "Florimond Bachelay"),
    "ville_genelard": ("Théophile Grandvaux", "", "Isaure Montchanin", "", "Anselme Peyrolles"),
}  # fmt: skip
"""The elected members of each town but the largest: only those who travel sit everywhere."""


def load_commissions(world: World) -> None:
    """A commission for each town that has one, with its seats and its next sessions."""
    coming = _round(world)
    for manager, town in TOWNS.items():
        houses = frozenset(
            one.id
            for one in world.catalogue.houses.values()
            if one.is_collective and world.manager_of(one.id) == manager
        )
        if houses and manager in world.sittings:
            made = _commission(world, f"Commission d’admission de {town}", houses, _seats_of(manager))
            _sit(world, made, manager, coming)


def _round(world: World) -> Round:
    today = day(world.now)
    last = today + timedelta(days=WINDOW_DAYS)
    title = f"Entrées jusqu’à {'août' if last.month < 9 else 'décembre'} {last.year}"
    end = date(last.year, 8, 31) if last.month < 9 else date(last.year, 12, 31)
    entry = RoundEntry(title, today, end)
    return save_round(world.session, None, entry, actor=world.coordinator, at=world.now)


def _seats_of(manager: str) -> list[Chair]:
    if manager not in _ELECTED:
        return list(_SEATS)
    president, second, councillor, third, opposition = _ELECTED[manager]
    # The director sits for the houses of her own town: elsewhere nobody is named yet.
    named = iter(((president, second), (councillor, third), (opposition, ""), ("", "")))
    return [
        (role, title, *next(named), voting)
        if role in ("president", "elected", "director")
        else (role, title, holder, deputy, voting)
        for role, title, holder, deputy, voting in _SEATS
    ]


def _commission(world: World, name: str, houses: frozenset[int], seats: list[Chair]) -> Commission:
    by = world.coordinator
    entry = CommissionEntry(name, houses, REGLEMENT)
    made = create(world.session, entry, world.catalogue, actor=by, at=world.now)
    since = date(day(world.now).year - 1, 1, 1)
    seated = {one.name: one.email for one in (MEMBER, *PRESIDENTS, DIRECTORS[0])}
    for role, title, holder, deputy, voting in seats:
        account = world.staff[seated[holder]].user_id if holder in seated else None
        email = COORDINATOR.email if holder == COORDINATOR.name else "" if account else _address(holder)
        seat = SeatEntry(
            role, since, None, title, holder, account, deputy, None, voting, email, _address(deputy)
        )
        add_seat(world.session, made, seat, actor=by, at=world.now)
    world.session.expire(made)
    found = commission(world.session, by, made.id, day(world.now))
    return found or made


def _address(name: str) -> str:
    return f"{search_key(name).replace(' ', '.')}@{TOWN_HALL}" if name else ""


def _sit(world: World, one: Commission, manager: str, coming: Round) -> None:
    ahead = [sitting for sitting in world.sittings[manager] if sitting.on >= day(world.now)][:PLANNED]
    for rank, sitting in enumerate(ahead):
        entry = SessionEntry(sitting.on, STARTS_AT, f"Salle des commissions, {TOWNS[manager]}", coming.id)
        made = session_actions.plan(world.session, one, entry, actor=world.coordinator, at=world.now)
        if rank == 0:
            _prepare(world, made.id)


def _prepare(world: World, session_id: int) -> None:
    """The agenda of the nearest session, with what usually opens it."""
    by = world.coordinator
    world.session.expire_all()
    found = opened_session(world.session, by, session_id, day(world.now))
    if found is None:
        return
    for kind, title, minutes in (
        ("approval", "Approbation du procès-verbal de la séance précédente", 5),
        ("follow_up", "Réponses des familles aux places proposées", 10),
    ):
        agenda_actions.add_item(world.session, found, ItemEntry(kind, title, minutes), actor=by, at=world.now)
    agenda_actions.build(world.session, found, 3, actor=by, at=world.now)
