"""The demonstration's data, without a database: the offer as the convention counts it, and nobody real."""

import re
from collections import Counter
from random import Random

from guichet.core.names import clean_name, phone_key
from guichet.demo.establishments import CHILDMINDERS_BY_COMMUNE, ESTABLISHMENTS, HOW_IT_WORKS
from guichet.demo.managers import MANAGERS
from guichet.demo.names import mobile_phone, street_address, surname
from guichet.demo.territory import DESKS, OUTSIDE_THE_RPE
from guichet.establishments.models import Kind
from guichet.territory.reference import territory

FICTION = re.compile(r"0(199[0-9]{2}|26191[0-9]|35301[0-9]|46571[0-9]|53649[0-9])")


def test_the_territory_has_its_fourteen_communes_and_two_bassins() -> None:
    communes = territory().communes
    assert len({commune.code for commune in communes}) == 14
    assert sum(commune.population for commune in communes) == 45044
    assert {bassin.code for bassin in territory().bassins} == {"sud", "nord"}
    assert all(re.fullmatch(r"71\d{3}", code) for commune in communes for code in commune.postcodes)
    assert all(46 < commune.latitude < 47 and 4 < commune.longitude < 5 for commune in communes)


def test_each_commune_is_served_by_one_desk_and_two_are_outside_the_rpe() -> None:
    served = [code for desk in DESKS for code in desk.serves]
    assert sorted(served) == sorted(commune.code for commune in territory().communes)
    rpe = [desk for desk in DESKS if desk.code.startswith("rpe_")]
    assert sum(len(desk.serves) for desk in rpe) == 12
    assert not {code for desk in rpe for code in desk.serves} & set(OUTSIDE_THE_RPE)


def test_the_offer_is_the_one_the_convention_counts() -> None:
    kinds = Counter(house.kind for house in ESTABLISHMENTS)
    assert kinds[Kind.MULTI_ACCUEIL] == kinds[Kind.FAMILY_CRECHE] == 4
    assert kinds[Kind.MICRO_CRECHE_PAJE] == kinds[Kind.MICRO_CRECHE_PSU] == kinds[Kind.LAEP] == 2
    assert kinds[Kind.AVIP_CRECHE] == kinds[Kind.ADAPTED_HOLIDAYS] == 1
    assert kinds[Kind.ALSH] == 7
    assert set(kinds) == set(Kind) == set(HOW_IT_WORKS)
    assert sum(persons for _, persons in CHILDMINDERS_BY_COMMUNE.values()) == 146
    assert sum(house.childminders or 0 for house in ESTABLISHMENTS) == 146


def test_psu_creches_stand_where_the_convention_says() -> None:
    places = {
        kind: sorted(house.commune_code for house in ESTABLISHMENTS if house.kind == kind)
        for kind in (Kind.MULTI_ACCUEIL, Kind.FAMILY_CRECHE, Kind.MICRO_CRECHE_PAJE, Kind.MICRO_CRECHE_PSU)
    }
    four_towns = ["71040", "71306", "71486", "71499"]
    assert list(places.values()) == [four_towns, four_towns, ["71222", "71477"], ["71212", "71486"]]


def test_codes_phones_and_addresses_are_unique_and_point_to_something() -> None:
    codes = {commune.code for commune in territory().communes}
    managers = {manager.code for manager in MANAGERS}
    assert len(managers) == len(MANAGERS)
    assert len({house.code for house in ESTABLISHMENTS}) == len(ESTABLISHMENTS)
    assert len({house.phone for house in ESTABLISHMENTS}) == len(ESTABLISHMENTS)
    for house in ESTABLISHMENTS:
        assert house.manager_code in managers
        assert {house.commune_code, *house.communes} <= codes


def test_nobody_real_can_be_called_or_written_to() -> None:
    for contact in (*DESKS, *ESTABLISHMENTS):
        assert FICTION.match(f"0{phone_key(contact.phone)}"), contact
        assert contact.email.endswith(".example")


def test_a_private_manager_has_no_court_and_a_public_one_has() -> None:
    assert all(bool(manager.tribunal) == manager.is_public for manager in MANAGERS)
    assert {manager.is_public for manager in MANAGERS} == {True, False}
    assert {manager.implicit_rejection_months for manager in MANAGERS if manager.is_public} == {2, 4}


def test_the_same_seed_makes_the_same_families_and_their_names_are_clean() -> None:
    def draw(seed: int) -> list[str]:
        chance = Random(seed)
        return [
            word
            for _ in range(50)
            for word in (surname(chance), street_address(chance), mobile_phone(chance))
        ]

    assert draw(1) == draw(1) != draw(2)
    assert all(clean_name(word) == word for word in draw(3))
