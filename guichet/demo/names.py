"""Words from which the demonstration makes its families: usual first names, surnames that nobody should bear.

Surnames are put together from two halves; a full name that is a real person's would be chance alone.
Draw with a seeded `random.Random`, so that the same seed makes the same families.
"""

from random import Random

_CHILDREN = """
Adam Adèle Agathe Alba Alice Alma Ambre Amir Anaïs Anna Antoine Arthur Augustin Aya Basile Camille
Capucine Célestin Céleste Charlie Charlotte Chloé Clémence Côme Diane Éden Élena Éliott Elsa Émile Emma
Enzo Esteban Ethan Eva Faustine Gabriel Gabin Gaspard Giulia Hamza Hugo Ibrahim Imran Inaya Inès Iris
Isaac Jade Jeanne Jean-Noël Jules Julia Kaïs Kenza Léa Léana Lénaïg Léo Léon Léonie Lilou Lina Liv Lou
Louis Louise Luca Lucas Lucie Maël Maëlys Malo Manon Margaux Marceau Marie-Lou Marius Martin Mathilde Mia
Milo Mohamed Mya Nathan Nina Noah Noé Noémie Nour Olivia Ömer Pablo Paul Rafael Raphaël Robin Romane Romy
Rose Sacha Salomé Samuel Sofia Sohan Suzanne Théa Théo Tiago Timéo Tom Valentin Valentine Victoire Victor
Yanis Yasmine Zélie Zoé
"""
_ADULTS = """
Abdel Adeline Adrien Agnieszka Alexandra Alexandre Amandine Amélie Amina Ana Anaëlle Anthony Arnaud
Audrey Aurélie Aurélien Bastien Benjamin Bruna Camille Caroline Cédric Céline Charlène Christelle
Christophe Cindy Claire Clément Coralie Cyril Damien David Delphine Élise Élodie Émilie Emre Estelle
Fabien Fatima Fatoumata Florian Florence Franck Gaëlle Grégory Guillaume Hakim Hélène Ismaël Jérôme
Jessica Jonathan Julie Julien Karim Karine Katarzyna Kevin Laetitia Laura Laure Laurent Leïla Linda Loïc
Ludovic Magali Malika Marie Marina Marion Mathieu Maxime Mehdi Mélanie Mélissa Mickaël Morgane Mourad
Myriam Nadège Nadia Nicolas Océane Olivier Pauline Pierre-Yves Priscilla Rachid Raphaëlle Rémi Romain
Sabrina Samir Samira Sandra Sarah Sébastien Sofiane Sonia Sophie Stéphanie Steven Sylvain Tatiana Thomas
Tiffany Vanessa Vincent Virginie Xavier Yann Yasmina Zeynep
"""
_SURNAME_STARTS = """
Aubru Barsol Belfan Berthom Bouvra Brocel Cassan Chabron Charver Combrel Courtam Dalman Dargen Delfau
Dornet Escaban Fargel Favrol Ferlin Fontrev Garlan Gaubrin Grandvar Guilbar Hautber Janvil Jolivar
Lamberc Langrev Larvol Lavren Malber Marsoul Mercand Montrab Noirtal Pastrel Pelcar Pérard Pontgar
Quentrel Rambol Ravaud Roussal Sabard Sanvrel Taillem Tervan Tourmal Valfrel Vauder Verdal Vilbran
"""
_SURNAME_ENDS = """
ain ault ier eau elle in on oux ard ot ange euil ois ieux anges
"""

CHILD_FIRST_NAMES = tuple(_CHILDREN.split())
ADULT_FIRST_NAMES = tuple(_ADULTS.split())
SURNAME_STARTS = tuple(_SURNAME_STARTS.split())
SURNAME_ENDS = tuple(_SURNAME_ENDS.split())
PARTICLES = ("", "", "", "", "", "", "", "", "", "Le ", "De ")
STREETS = tuple(
    f"{kind} {name}"
    for kind, names in {
        "rue": "des Tilleuls;du Lavoir;des Bateliers;de l’Écluse;des Acacias;du Vieux Puits;des Fougères;du Clos Fleuri",
        "allée": "des Charmes;du Plan d’eau;des Mésanges;des Bouleaux",
        "chemin": "des Noisetiers;de la Clairière;des Mûriers;du Gué",
        "avenue": "des Glycines;du Grand Pré",
        "impasse": "du Verger;des Genêts",
        "place": "des Lavandières;du Marronnier",
    }.items()
    for name in names.split(";")
)
MAIL_DOMAIN = "exemple.test"


def surname(chance: Random) -> str:
    """An invented surname; about one in six has a particle, one in twenty is double."""
    name = chance.choice(PARTICLES) + chance.choice(SURNAME_STARTS) + chance.choice(SURNAME_ENDS)
    if chance.random() < 0.05:
        name += "-" + chance.choice(SURNAME_STARTS) + chance.choice(SURNAME_ENDS)
    return name


def street_address(chance: Random) -> str:
    """« 12 rue des Tilleuls », the number « 12 bis » at times."""
    return f"{chance.randint(1, 84)}{chance.choice(('', '', '', '', ' bis'))} {chance.choice(STREETS)}"


def mobile_phone(chance: Random) -> str:
    """A mobile number in the range 06 39 98 that Arcep keeps for works of fiction."""
    return f"06 39 98 {chance.randrange(100):02} {chance.randrange(100):02}"
