"""Criteria and rules as they are typed: what fills the form, and what is read from it.

A condition is a choice among everything that can be said of a family, with a number or a code when it needs
one; several values of one list are several lines, any of which may hold.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from guichet.bareme.bareme import (
    NAMES,
    Assessed,
    Brackets,
    Condition,
    Criterion,
    Flag,
    Group,
    Quota,
    Repeat,
    Rule,
)
from guichet.bareme.vocabulary import KINDS
from guichet.core.errors import InvalidError
from guichet.core.names import clean_name, search_key

Typed = dict[str, str]
LONGEST_CODE = 40
MOST_LINES = 24
FEWEST_CONDITIONS, FEWEST_LINES = 2, 3
NUMBERS = tuple((kind.code, kind.label) for kind in KINDS if kind.shape == "number")


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    flags = [kind for kind in KINDS if kind.shape == "flag"]
    groups = [("Une situation", [(f"is:{kind.code}:1", kind.label) for kind in flags])]
    groups += [
        (
            kind.label.capitalize(),
            [(f"among:{kind.code}:{code}", words) for code, words in kind.values.items()],
        )
        for kind in KINDS
        if kind.shape == "choice"
    ]
    groups.append(
        (
            "Un nombre, à droite",
            [
                (f"{op}:{code}:", f"{label}, {words}")
                for code, label in NUMBERS
                for op, words in (("at_least", "au moins"), ("at_most", "au plus"))
            ],
        )
    )
    groups.append(
        ("Une commune, codes Insee à droite", [("among:home_commune:", "commune où vit la famille")])
    )
    groups.append(
        ("L’absence d’une situation", [(f"is:{kind.code}:0", f"sans : {kind.label}") for kind in flags])
    )
    return groups


CONDITIONS = _choices()
"""What a condition may be, as the groups of a list."""
_KNOWN = {code for _, choices in CONDITIONS for code, _ in choices}


def slug(label: str, taken: Collection[str] = ()) -> str:
    """A code made of a label, that no other has: « Parent seul » → « parent_seul »."""
    bare = re.sub(r"[^a-z0-9]+", "_", search_key(label).lower()).strip("_") or "sans_nom"
    bare = (bare if bare[0].isalpha() else f"n_{bare}")[:LONGEST_CODE].rstrip("_")
    code, number = bare, 1
    while code in taken:
        number += 1
        code = f"{bare[: LONGEST_CODE - 4]}_{number}"
    return code


def fill(criterion: Criterion | Rule) -> Typed:
    """What the form of a criterion or of a rule shows."""
    typed = {"label": criterion.label, "code": criterion.code}
    if isinstance(criterion, Rule | Flag):
        typed |= _fill_when("", criterion.when, criterion.any)
    if isinstance(criterion, Quota):
        typed["share"] = str(criterion.share)
    if isinstance(criterion, Rule):
        return typed
    typed |= {"note": criterion.note, "kind": NAMES[type(criterion)]}
    if isinstance(criterion, Group):
        for rank, option in enumerate(criterion.options):
            typed |= {
                f"{rank}-label": option.label,
                f"{rank}-code": option.code,
                f"{rank}-points": str(option.points),
            }
            typed |= _fill_when(f"{rank}-", option.when, option.any)
    elif isinstance(criterion, Brackets):
        typed["fact"] = criterion.fact
        for rank, one in enumerate(criterion.brackets):
            told = {"at_least": one.at_least, "below": one.below, "points": one.points}
            typed |= {f"{rank}-{name}": "" if value is None else str(value) for name, value in told.items()}
    elif isinstance(criterion, Repeat):
        typed |= {"fact": criterion.fact, "points": str(criterion.points), "most": str(criterion.most or "")}
    elif isinstance(criterion, Assessed):
        typed |= {
            "lowest": str(criterion.lowest),
            "highest": str(criterion.highest),
            "proof": criterion.proof,
        }
        typed["restricted"] = "y" if criterion.restricted else ""
    else:
        typed["points"] = str(criterion.points)
    return typed


def lines_shown(typed: Mapping[str, str], ends: tuple[str, ...], prefix: str = "", more: bool = False) -> int:
    """How many lines a form shows: those that say something and one more, three at least."""
    pattern = re.compile(rf"{re.escape(prefix)}(\d+)-(?:{'|'.join(ends)})")
    said = [int(found[1]) for name, value in typed.items() if value and (found := pattern.fullmatch(name))]
    fewest = FEWEST_CONDITIONS if ends == ("what",) else FEWEST_LINES
    return min(max(max(said, default=-1) + (3 if more else 2), fewest), MOST_LINES)


def criterion_of(kind: str, typed: Mapping[str, str], code: str) -> dict[str, Any]:
    """The criterion typed, as its file says it. Raises InvalidError at the faulty fields."""
    problems: dict[str, str] = {}
    raw: dict[str, Any] = {"kind": kind, "code": code, **_text(typed, ("label", "note"), problems)}
    if kind == "flag":
        raw |= {"points": _whole(typed, "points", problems), **_when(typed, "", problems)}
    elif kind == "group":
        raw["options"] = _options(typed, problems)
    elif kind == "brackets":
        raw |= {"fact": typed.get("fact", ""), "brackets": _brackets(typed, problems)}
    elif kind == "repeat":
        raw |= {"fact": typed.get("fact", ""), "points": _whole(typed, "points", problems)}
        raw["most"] = _whole(typed, "most", problems) if typed.get("most", "").strip() else None
    else:
        raw |= {name: _whole(typed, name, problems) for name in ("lowest", "highest")}
        raw |= _text(typed, ("proof",), problems) | {"restricted": bool(typed.get("restricted"))}
    if problems:
        raise InvalidError(problems)
    return {key: value for key, value in raw.items() if value is not None}


def rule_of(sort: str, typed: Mapping[str, str], code: str) -> dict[str, Any]:
    """The rule typed, as the file says it. Raises InvalidError at the faulty fields."""
    problems: dict[str, str] = {}
    raw: dict[str, Any] = {"code": code, **_text(typed, ("label",), problems), **_when(typed, "", problems)}
    if sort == "quotas":
        raw["share"] = _whole(typed, "share", problems)
    if problems:
        raise InvalidError(problems)
    return raw


def _options(typed: Mapping[str, str], problems: dict[str, str]) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = []
    for rank in range(MOST_LINES):
        label = clean_name(typed.get(f"{rank}-label", ""))
        if not label:
            if typed.get(f"{rank}-points", "").strip() or typed.get(f"{rank}-when-0-what"):
                problems[f"{rank}-label"] = "Nommez cette ligne, comme un parent la lira."
            continue
        code = typed.get(f"{rank}-code", "") or slug(label, [one["code"] for one in options])
        points = _whole(typed, f"{rank}-points", problems)
        options.append({"code": code, "label": label, "points": points, **_when(typed, f"{rank}-", problems)})
    if not options and not problems:
        problems["0-label"] = "Écrivez au moins une ligne."
    return options


def _brackets(typed: Mapping[str, str], problems: dict[str, str]) -> list[dict[str, int]]:
    found = []
    for rank in range(MOST_LINES):
        said = [name for name in ("at_least", "below", "points") if typed.get(f"{rank}-{name}", "").strip()]
        if not said:
            continue
        if "points" not in said:
            problems[f"{rank}-points"] = "Combien de points vaut cette tranche ?"
        found.append({name: _whole(typed, f"{rank}-{name}", problems) for name in said})
    if not found and not problems:
        problems["0-points"] = "Écrivez au moins une tranche."
    return found


def _when(typed: Mapping[str, str], prefix: str, problems: dict[str, str]) -> dict[str, Any]:
    """The conditions of one rule; values of one list are put together."""
    when: list[dict[str, Any]] = []
    lists: dict[str, list[str]] = {}
    for rank in range(MOST_LINES):
        field = f"{prefix}when-{rank}-what"
        what = typed.get(field, "")
        if not what:
            continue
        if what not in _KNOWN:
            problems[field] = "Choisissez une situation de la liste."
            continue
        op, fact, value = what.split(":")
        if op == "is":
            when.append({"fact": fact, "is": value == "1"})
        elif op == "among":
            values = [value] if value else _codes(typed, f"{prefix}when-{rank}-value", problems)
            if fact not in lists:
                lists[fact] = []
                when.append({"fact": fact, "among": lists[fact]})
            lists[fact] += [one for one in values if one not in lists[fact]]
        else:
            when.append({"fact": fact, op: _whole(typed, f"{prefix}when-{rank}-value", problems)})
    return {"when": when, "any": typed.get(f"{prefix}any") == "any"}


def _codes(typed: Mapping[str, str], field: str, problems: dict[str, str]) -> list[str]:
    codes = re.split(r"[\s,;]+", typed.get(field, "").strip().upper())
    if not codes or not codes[0]:
        problems[field] = "Écrivez les codes Insee des communes, séparés par une espace."
    return [code for code in codes if code]


def _whole(typed: Mapping[str, str], name: str, problems: dict[str, str]) -> int:
    said = re.sub(r"\s", "", typed.get(name, "")).replace("−", "-").removeprefix("+")
    if re.fullmatch(r"-?\d{1,6}", said):
        return int(said)
    problems[name] = "Écrivez un nombre entier, par exemple 20 ou − 10."
    return 0


def _text(typed: Mapping[str, str], names: tuple[str, ...], problems: dict[str, str]) -> dict[str, str]:
    longest = {"label": 160, "note": 1000, "proof": 300}
    said = {name: clean_name(typed.get(name, "")) for name in names}
    for name, text in said.items():
        if name == "label" and not text:
            problems[name] = "Donnez un nom, comme un parent le lira."
        elif len(text) > longest[name]:
            problems[name] = f"{longest[name]} caractères au plus, il y en a {len(text)}."
    return said


def _fill_when(prefix: str, when: tuple[Condition, ...], any_of: bool) -> Typed:
    lines: list[tuple[str, str]] = []
    for one in when:
        if one.op == "is":
            lines.append((f"is:{one.fact}:{int(bool(one.value))}", ""))
        elif isinstance(one.value, tuple):
            if one.fact == "home_commune":
                lines.append((f"among:{one.fact}:", " ".join(one.value)))
            else:
                lines += [(f"among:{one.fact}:{value}", "") for value in one.value]
        else:
            lines.append((f"{one.op}:{one.fact}:", str(one.value)))
    typed = {f"{prefix}any": "any" if any_of else "all"}
    for rank, (what, value) in enumerate(lines):
        typed |= {f"{prefix}when-{rank}-what": what, f"{prefix}when-{rank}-value": value}
    return typed
