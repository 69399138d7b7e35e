"""Calm: the sentences of the checker as people read them: demands by number, establishments and hours by name."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from guichet.allocation.explaining.words import when_words
from guichet.allocation.inputs.frozen import Names
from guichet.core import french

SLOT = re.compile(r"« ([^»]+) », section « [^»]+ », créneau « ([^»]+) »")
NAMED = re.compile(r"« ([^»]+) »")


def in_plain_words(sentences: Iterable[str], inputs: Mapping[str, Any]) -> list[str]:
    """What the checker says of a problem, with what its names mean; a word that names nothing stays as it is."""
    names = Names.of(dict(inputs))
    together: dict[str, list[str]] = {}
    for one in inputs["problem"]["demands"]:
        if one["together"] is not None:
            together.setdefault(one["together"], []).append(one["id"])
    return [_plain(sentence, names, together) for sentence in sentences]


def _plain(sentence: str, names: Names, together: Mapping[str, list[str]]) -> str:
    def meant(found: re.Match[str]) -> str:
        name = found[1]
        if name in names.demands:
            return f"la demande n° {name}"
        if name in names.houses:
            return f"« {names.houses[name]['name']} »"
        if name in together:
            return f"les demandes n° {french.join_and(together[name])}"
        return found[0]

    told = NAMED.sub(meant, SLOT.sub(lambda found: _hours(found, names), sentence))
    return told[:1].upper() + told[1:]


def _hours(found: re.Match[str], names: Names) -> str:
    """The sections of the establishment whose ages a slot speaks of, and its hours."""
    house, slot = names.houses.get(found[1]), names.slots.get(found[2])
    if house is None or slot is None:
        return found[0]
    low, high = slot["ages"]
    meeting = [name for name, youngest, oldest in house["sections"] if youngest < high and low < oldest]
    where = f"« {house['name']} »"
    if meeting:
        where += f", section {french.join_and([f'« {name} »' for name in meeting])}"
    return f"{where}, {when_words(names.when(found[2]))}"
