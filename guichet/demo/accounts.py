"""The accounts of the demonstration: one a public, invented persons, one shared password. Data only."""

from dataclasses import dataclass

from guichet.accounts.demonstration import DOMAIN, PASSWORD

__all__ = ["ACCOUNTS", "DOMAIN", "PASSWORD", "DemoAccount"]


@dataclass(frozen=True)
class DemoAccount:
    """Who signs in. `communes` are INSEE codes, `houses` codes of establishments; both empty: the territory."""

    email: str
    name: str
    role: str
    what: str
    """What this account is for, in a few words of the console and of the sign-in page."""
    communes: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()


def _director(local: str, name: str, *houses: str) -> DemoAccount:
    return DemoAccount(f"{local}@{DOMAIN}", name, "director", "direction d’établissements", houses=houses)


AGENT = DemoAccount(f"agent@{DOMAIN}", "Maud Vercelin", "rpe_agent", "agent RPE, tout le territoire")
AGENT_GENELARD = DemoAccount(
    f"agent.genelard@{DOMAIN}",
    "Ismène Courtadal",
    "rpe_agent",
    "agent RPE, quatre communes",
    communes=("71132", "71212", "71346", "71356"),
)
AGENT_GOURDON = DemoAccount(
    f"agent.gourdon@{DOMAIN}",
    "Fantine Rochambel",
    "rpe_agent",
    "agent RPE du point d’accueil de Gourdon et Mary",
    communes=("71222", "71286"),
)
COORDINATOR = DemoAccount(f"coordination@{DOMAIN}", "Aurore Santillane", "coordinator", "coordination")
MEMBER = DemoAccount(f"membre@{DOMAIN}", "Bertille Onfray-Dumas", "member", "membre de commission")
PRESIDENTS = (
    DemoAccount(f"presidence@{DOMAIN}", "Honorine Castelbrac", "member", "présidence de commission, signe"),
    DemoAccount(
        f"presidence.blanzy@{DOMAIN}", "Sidonie Vaucresson", "member", "présidence de la commission de Blanzy"
    ),
)
ADMINISTRATOR = DemoAccount(
    f"administration@{DOMAIN}",
    "Octave Ligneulle",
    "administrator",
    "administration des comptes et des réglages",
)
DIRECTORS = (
    _director("direction.lucioles", "Clarisse Vaubernier", "lucioles", "ribambelle", "tremplin"),
    _director("direction.blanzy", "Noémie Estrangel", "pain-d-epice", "balancelle"),
    _director("direction.saint-vallier", "Thibault Mondragaud", "petits-mineurs", "coquelicots", "galipette"),
    _director("direction.sanvignes", "Régine Halbourdin", "hirondelles", "farandole"),
    _director("direction.genelard", "Sidonie Merlaudon", "peniche"),
    _director("direction.ecureuils", "Gaétane Puyravel", "ecureuils", "mesanges"),
)
ACCOUNTS = (
    AGENT,
    *DIRECTORS[:1],
    COORDINATOR,
    PRESIDENTS[0],
    MEMBER,
    ADMINISTRATOR,
    AGENT_GENELARD,
    AGENT_GOURDON,
    *PRESIDENTS[1:],
    *DIRECTORS[1:],
)
"""In the order in which a newcomer tries them."""
