"""The desks of the demonstration, and the desk that serves each commune.

The RPE intercommunal covers twelve of the fourteen communes. Which two are outside is a setting of the
installation; the demonstration chooses Gourdon and Mary.
"""

from dataclasses import dataclass

from guichet.territory.installation import (
    InstalledBassin,
    InstalledCommune,
    InstalledDesk,
    InstalledEpci,
    InstalledTerritory,
)
from guichet.territory.reference import territory

TRIBUNAL = "Tribunal administratif de Dijon, 22 rue d’Assas, 21000 Dijon"
OUTSIDE_THE_RPE = ("71222", "71286")


@dataclass(frozen=True)
class DemoDesk:
    """A reception point of the guichet and the INSEE codes of the communes it serves.

    Phones are in a range that Arcep keeps for works of fiction, addresses of mail in the reserved `.example`.
    """

    code: str
    name: str
    address: str
    postcode: str
    city: str
    phone: str
    email: str
    serves: tuple[str, ...]

    @property
    def installed(self) -> InstalledDesk:
        """As the file of an installation would say it."""
        return InstalledDesk(
            self.code, self.name, self.address, self.postcode, self.city, self.phone, self.email
        )


DESKS = (
    DemoDesk(
        "rpe_montceau",
        "Relais petite enfance intercommunal, accueil de Montceau-les-Mines",
        "4 place des Lavandières",
        "71300",
        "Montceau-les-Mines",
        "03 53 01 10 01",
        "accueil@rpe-bassin-sud.example",
        ("71040", "71278", "71306", "71320", "71390", "71477", "71486", "71499"),
    ),
    DemoDesk(
        "rpe_genelard",
        "Relais petite enfance intercommunal, antenne de Génelard",
        "11 rue des Bateliers",
        "71420",
        "Génelard",
        "03 53 01 10 02",
        "genelard@rpe-bassin-sud.example",
        ("71132", "71212", "71346", "71356"),
    ),
    DemoDesk(
        "desk_gourdon",
        "Point d’accueil petite enfance de Gourdon et Mary",
        "2 montée du Lavoir",
        "71300",
        "Gourdon",
        "03 53 01 10 03",
        "petite-enfance@gourdon.example",
        OUTSIDE_THE_RPE,
    ),
)


def territory_of_the_demonstration() -> InstalledTerritory:
    """The communes shipped with the product, served by the desks of the demonstration."""
    known = territory()
    served = {code: desk.code for desk in DESKS for code in desk.serves}
    return InstalledTerritory(
        epci=InstalledEpci(known.epci_siren, known.epci_name),
        bassins=tuple(InstalledBassin(one.code, one.name, known.epci_siren) for one in known.bassins),
        desks=tuple(desk.installed for desk in DESKS),
        communes=tuple(
            InstalledCommune(
                one.code,
                one.name,
                tuple(sorted(one.postcodes)),
                one.population,
                one.latitude,
                one.longitude,
                one.bassin,
                served[one.code],
            )
            for one in known.communes
        ),
    )
