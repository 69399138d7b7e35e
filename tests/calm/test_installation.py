"""The file of an installation is read whole or not at all, and each fault is one sentence after its path."""

import json

import pytest

from guichet.establishments.installation import FaultyFileError, read
from guichet.establishments.installation_example import example
from guichet.territory.reference import territory


def faults_of(content):
    with pytest.raises(FaultyFileError) as refused:
        read(content if isinstance(content, bytes) else json.dumps(content).encode())
    return list(refused.value.faults)


@pytest.fixture
def file():
    """The example, to be spoilt."""
    return json.loads(example())


def test_the_example_is_a_file_that_can_be_loaded():
    said = read(example().encode())
    assert {one.code for one in said.territory.communes} == {one.code for one in territory().communes}
    assert [one.is_public for one in said.managers] == [True, False]
    assert len(said.territory.desks) == 1 and len(said.establishments) == 2


def test_a_file_that_begins_with_a_byte_order_mark_is_read():
    assert read(b"\xef\xbb\xbf" + example().encode()) == read(example().encode())


def test_what_may_be_left_out_has_a_value():
    said = read(example().encode())
    association, shortest = said.managers[1], said.establishments[1]
    assert (association.implicit_rejection_months, association.tribunal) == (4, "")
    assert (shortest.capacity, shortest.phone, shortest.is_open) == (None, "", True)


@pytest.mark.parametrize(
    ("section", "rank", "key", "value", "sentence"),
    [
        ("managers", 0, "implicit_rejection_months", 3, "managers[0].implicit_rejection_months : 2 ou 4 (lu : 3)"),
        ("managers", 0, "implicit_rejection_months", True, "2 ou 4 (lu : true)"),
        ("managers", 0, "implicit_rejection_months", None, "managers[0].implicit_rejection_months : 2 ou 4"),
        ("managers", 0, "tribunal", "", "managers[0].tribunal : le nom et l’adresse du tribunal"),
        ("managers", 1, "is_public", "non", "managers[1].is_public : true ou false, sans guillemets"),
        ("managers", 0, "signatory_name", "\u200b ", "managers[0].signatory_name : à remplir"),
        ("managers", 0, "name", "A" * 161, "managers[0].name : 160 caractères au plus, il y en a 161"),
        ("desks", 0, "postcode", "7130", "desks[0].postcode : les cinq chiffres du code postal"),
        ("desks", 0, "postcode", 71300, "desks[0].postcode : les cinq chiffres du code postal"),
        ("desks", 0, "postcode", "٧١٣٠٠", "desks[0].postcode : les cinq chiffres du code postal"),
        ("desks", 0, "phone", "au guichet", "desks[0].phone : un numéro de téléphone"),
        ("desks", 0, "phone", "12", "desks[0].phone : un numéro de téléphone"),
        ("desks", 0, "email", "accueil@relais", "desks[0].email : une adresse électronique"),
        ("desks", 0, "email", "a@b@c.fr", "desks[0].email : une adresse électronique"),
        ("desks", 0, "code", "RPE Montceau", "desks[0].code : de 1 à 40 minuscules"),
        ("desks", 0, "code", "\ud800", "desks[0].code : de 1 à 40 minuscules"),
        ("desks", 0, "adress", "4 rue", "desks[0].adress : clé inconnue ; vouliez-vous écrire « address » ?"),
        ("communes", 1, "code", "7113", "communes[1].code : les cinq caractères du code Insee"),
        ("communes", 1, "code", "71040", "communes[1].code : « 71040 » est déjà le code de communes[0]"),
        ("communes", 1, "postcodes", [], "communes[1].postcodes : une liste d’au moins une valeur"),
        ("communes", 1, "postcodes", "71420", "communes[1].postcodes : une liste d’au moins une valeur"),
        ("communes", 1, "population", -1, "communes[1].population : un nombre entier de 0 à"),
        ("communes", 1, "population", 2.5, "communes[1].population : un nombre entier de 0 à"),
        ("communes", 1, "latitude", 146, "communes[1].latitude : un nombre de -90 à 90"),
        ("communes", 1, "bassin", "est", "communes[1].bassin : « est » n’est le code d’aucun élément de bassins"),
        ("communes", 1, "desk", "rpe", "communes[1].desk : « rpe » n’est le code d’aucun élément de desks"),
        ("establishments", 0, "commune", "75056", "« 75056 » n’est le code d’aucun élément de communes"),
        ("establishments", 0, "manager", "mairie", "« mairie » n’est le code d’aucun élément de managers"),
        ("establishments", 0, "kind", "creche", "establishments[0].kind : l’un de multi_accueil, "),
        ("establishments", 0, "kind", ["mam"], "establishments[0].kind : l’un de multi_accueil, "),
        ("establishments", 0, "capacity", 0, "establishments[0].capacity : un nombre entier de 1 à"),
        ("establishments", 0, "name", None, "establishments[0].name : manque"),
    ],
)  # fmt: skip
def test_a_fault_is_said_once_after_its_path(file, section, rank, key, value, sentence):
    file[section][rank][key] = value
    faults = faults_of(file)
    assert len(faults) == 1
    assert sentence in faults[0] and faults[0].startswith(f"{section}[{rank}].{key} : ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"desks": []}, "desks : au moins un élément"),
        ({"managers": {}}, "managers : une liste entre crochets"),
        ({"epci": "247100290"}, "epci : un objet entre accolades"),
        ({"epci": {"siren": "24710029", "name": "A"}}, "epci.siren : les neuf chiffres du SIREN"),
        ({"establishments": ["les-roseaux"]}, "establishments[0] : un objet entre accolades"),
        ({"comunes": []}, "comunes : clé inconnue ; vouliez-vous écrire « communes » ?"),
    ],
)
def test_a_part_at_fault_is_named(file, change, sentence):
    assert any(fault.startswith(sentence) for fault in faults_of({**file, **change}))


def test_every_missing_part_is_told_at_once():
    assert faults_of({}) == [
        f"{part} : manque" for part in ("epci", "bassins", "desks", "communes", "managers", "establishments")
    ]


def test_a_guichet_may_begin_without_any_establishment(file):
    said = read(json.dumps({**file, "establishments": [], "managers": []}).encode())
    assert said.establishments == said.managers == ()


def test_all_the_faults_of_a_file_are_told_together(file):
    file["desks"][0]["phone"] = "?"
    file["communes"][3]["desk"] = "ailleurs"
    file["managers"][0]["tribunal"] = ""
    assert [fault.partition(" : ")[0] for fault in faults_of(file)] == [
        "desks[0].phone", "communes[3].desk", "managers[0].tribunal",
    ]  # fmt: skip


def test_a_key_written_twice_is_never_silently_lost():
    assert faults_of(b'{"epci": {"siren": "247100290", "name": "A", "name": "B"}}') == [
        "name : clé écrite deux fois dans le même objet de « 247100290 »"
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"epci": 1,}', "Ligne 1, colonne 12"),
        (b"", "Ligne 1, colonne 1"),
        ("é".encode("latin-1"), "UTF-8"),
        (b"[]", "un objet entre accolades"),
        (b'{"epci": NaN}', "NaN, qui n’est pas un nombre"),
        (b'{"epci": ' + b"9" * 5000 + b"}", "démesuré"),
        (b"[" * 100_000, "trop de niveaux"),
    ],
)
def test_a_file_that_is_no_json_is_refused_in_one_sentence(content, sentence):
    faults = faults_of(content)
    assert len(faults) == 1 and sentence in faults[0]
