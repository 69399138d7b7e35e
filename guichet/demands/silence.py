"""What a letter says of silence: the dates of implicit rejection and the remedies (rules.md: legal dates)."""

from dataclasses import replace
from datetime import date
from itertools import groupby

from guichet.core import french
from guichet.demands import legal_dates
from guichet.demands.models import Demand
from guichet.establishments.catalogue import Catalogue, Keeper
from guichet.notifications.letter import Section

THIS_ONE = "ce gestionnaire"
WHOEVER = "celui de ces gestionnaires qui n’a pas répondu"


def silence_section(demand: Demand, catalogue: Catalogue, today: date) -> Section:
    """The date when silence becomes a refusal, for each public manager wished for; none for a private one.

    Managers with the same date and the same court share their sentences: a wish for any crèche names them all.
    """
    keepers = managers_wished(demand, catalogue)
    courts = {keeper.name: keeper.tribunal for keeper in keepers}
    lines = legal_dates.implicit_rejections(
        tuple(
            legal_dates.PublicManager(keeper.name, keeper.is_public, keeper.implicit_rejection_months)
            for keeper in keepers
        ),
        demand.received_on,
    )
    paragraphs: list[str] = []
    together = sorted(lines, key=lambda line: (line.on, courts[line.manager]))
    for (_on, court), group in groupby(together, key=lambda line: (line.on, courts[line.manager])):
        same = list(group)
        names = french.join_and([line.manager for line in same])
        paragraphs.append(legal_dates.silence_sentence(replace(same[0], manager=names), today))
        asked = replace(same[0], manager=THIS_ONE if len(same) == 1 else WHOEVER)
        paragraphs.append(legal_dates.remedies_sentence(asked, court, today))
    paragraphs += [legal_dates.private_sentence(keeper.name) for keeper in keepers if not keeper.is_public]
    return Section("Si vous ne recevez pas de réponse", tuple(paragraphs))


def managers_wished(demand: Demand, catalogue: Catalogue) -> tuple[Keeper, ...]:
    """Who would answer each wish, once each, in the order of the wishes; « any crèche » means all their managers."""
    wanted: dict[int, Keeper] = {}
    for wish in demand.wishes:
        if wish.establishment_id:
            houses = [catalogue.houses[wish.establishment_id]]
        elif wish.mode == "any_creche":
            houses = [
                house
                for house in catalogue.houses.values()
                if house.is_collective and house.is_open and wish.commune_code in (None, house.commune_code)
            ]
        else:
            houses = []
        for house in houses:
            wanted.setdefault(house.keeper_id, catalogue.keepers[house.keeper_id])
    return tuple(wanted.values())
