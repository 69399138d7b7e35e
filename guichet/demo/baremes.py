"""The barèmes of the demonstration: one of its own in force, the one before it, a project, and published ones.

Points set by a person are set on some demands that a professional recommends, by the real action.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from guichet.accounts.words import ROLES
from guichet.bareme import actions, file
from guichet.bareme.bareme import Bareme, Brackets, Criterion, Repeat
from guichet.core.actor import Actor
from guichet.core.clock import day
from guichet.demands.assessing import assess
from guichet.demands.models import Demand
from guichet.demands.states import OPEN_STATES
from guichet.demo.line import World
from guichet.families.facts import RESTRICTED
from guichet.families.models import Fact

IN_FORCE_SINCE = timedelta(days=440)
"""Before the oldest demand of the demonstration."""
BEFORE_THAT = timedelta(days=800)
EXAMPLES = ("pessac_2022", "toulouse_2015", "reims_2021")
SHARE_ASSESSED = 0.7
FRAGILE = {"housing_difficulty", "handicap_in_family", "special_care", "custody"}
"""Families whom a professional often follows, beside those a service has sent."""
REASONS = (
    "Courrier de la puéricultrice de PMI : la famille a besoin d’un relais dans la semaine.",
    "Échange avec le service social du secteur : un accueil régulier soutient le retour à l’équilibre.",
    "La professionnelle qui suit la famille recommande un accueil avant la reprise de la formation.",
    "Recommandation écrite du service qui accompagne la famille, revue en réunion d’équipe.",
)


def load_baremes(session: Session, *, actor: Actor, now: datetime) -> None:
    """The version in force, the closed one before it, next year's project, and three published examples."""
    present = _read("guichet.demo", "bareme.json")
    for bareme, ago in ((_older(present), BEFORE_THAT), (present, IN_FORCE_SINCE)):
        at = now - ago
        version = actions.create(session, bareme, actor=actor, at=at)
        actions.put_in_force(session, version, day(at), seen=None, actor=actor, at=at)
        session.flush()
    actions.create(session, _project(present), actor=actor, at=now - timedelta(days=20))
    for code in EXAMPLES:
        published = _read("guichet.bareme", f"shipped/{code}.json")
        actions.create(session, published, actor=actor, at=now - timedelta(days=30), reason="Exemple publié")


def assess_some(world: World, chance: Random) -> None:
    """Points on demands that a professional recommends, each with its reason."""
    bareme = _read("guichet.demo", "bareme.json")
    recommended = select(Fact.family_id).where(Fact.kind.in_(RESTRICTED | FRAGILE))
    demands = world.session.scalars(
        select(Demand)
        .where(Demand.state.in_(OPEN_STATES), Demand.family_id.in_(recommended))
        .options(selectinload(Demand.assessments))
        .order_by(Demand.id)
    )
    for demand in demands:
        at = demand.received_at + timedelta(days=chance.randint(2, 9))
        if chance.random() > SHARE_ASSESSED or at > world.now:
            continue
        agent = world.agent_for(demand.desk_commune_code)
        assess(
            world.session,
            demand,
            bareme,
            "suivi_social",
            chance.randrange(20, 65, 10),
            chance.choice(REASONS),
            role=ROLES["rpe_agent"],
            seen=None,
            actor=agent,
            at=at,
        )


def _older(present: Bareme) -> Bareme:
    """The version before: the same, without the quotient."""
    kept = tuple(one for one in present.criteria if one.code != "quotient")
    return replace(
        present,
        code="demonstration_2024",
        title="Barème de démonstration 2024",
        deliberation="Délibération inventée n° 41",
        criteria=kept,
        draw_key="demonstration_2024",
    )


def _project(present: Bareme) -> Bareme:
    """What the council could vote: the quotient and the waiting weigh more, the commune of the crèche no longer."""
    criteria = tuple(_projected(one) for one in present.criteria if one.code != "meme_commune")
    return replace(
        present,
        code="projet_2027",
        title="Projet de barème 2027",
        deliberation="",
        criteria=criteria,
        draw_key="projet_2027",
    )


def _projected(one: Criterion) -> Criterion:
    if isinstance(one, Brackets):
        return replace(one, brackets=tuple(replace(line, points=2 * line.points) for line in one.brackets))
    if isinstance(one, Repeat):
        return replace(one, points=2 * one.points)
    return one


def _read(package: str, path: str) -> Bareme:
    made, faults = file.read_text(files(package).joinpath(path).read_bytes())
    if made is None:
        raise ValueError(f"{path}: {faults}")
    return made
