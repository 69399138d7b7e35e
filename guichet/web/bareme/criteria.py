"""A draft written criterion by criterion, and its rules of access, priority and quota."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.bareme import actions, file, words
from guichet.bareme.bareme import Bareme, Criterion, Rule
from guichet.bareme.checks import criterion_refusals
from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_of
from guichet.core.errors import DomainError, InvalidError, NotFoundError
from guichet.web.bareme import typed as form
from guichet.web.bareme.blueprint import bp
from guichet.web.bareme.kept import forget, seen, version
from guichet.web.door import at, commit, db, needs, person

NEW = "nouveau"
SORTS = {"acces": "eligibility", "priorites": "bypasses", "quotas": "quotas"}
"""The rules, by the word of their addresses."""
N = TypeVar("N", bound=Criterion | Rule)


@bp.get("/<int:version_id>/criteres/<code>")
@needs("edit_bareme")
def criterion(version_id: int, code: str) -> ResponseReturnValue:
    """The form of a criterion; of a new one, its kind is asked first."""
    found = version(version_id)
    known = _known(bareme_of(found).criteria, code)
    kind = request.args.get("forme", "")
    if known is None and kind not in words.KIND:
        return render_template("bareme/kind.html", version=found, words=words)
    return _criterion_page(found, code, form.fill(known) if known else {"kind": kind}, {})


@bp.post("/<int:version_id>/criteres/<code>")
@needs("edit_bareme")
def change_criterion(version_id: int, code: str) -> ResponseReturnValue:
    """Keep one criterion of a draft; « Ajouter une ligne » shows the form again, longer."""
    found = version(version_id)
    typed = {name: value.strip() for name, value in request.form.items()}
    kind = typed.get("kind", "")
    if kind not in words.KIND:
        raise NotFoundError
    if "more" in typed:
        return _criterion_page(found, code, typed, {}, more=True)
    bareme = bareme_of(found)
    try:
        raw = form.criterion_of(kind, typed, _code(bareme, code, typed.get("label", "")))
        made = _read(raw)
        changed = replace(bareme, criteria=_placed(bareme.criteria, code, made))
        actions.rewrite(db(), found, changed, seen=seen(), actor=person(), at=at(), reason=made.label)
    except DomainError as error:
        return _criterion_page(found, code, typed, _problems(error)), error.status
    return _kept(found, f"Le critère « {made.label} » est enregistré.", f"critere-{made.code}")


@bp.post("/<int:version_id>/criteres/<code>/ranger")
@needs("edit_bareme")
def arrange(version_id: int, code: str) -> ResponseReturnValue:
    """Move a criterion up or down, or take it away."""
    found = version(version_id)
    bareme = bareme_of(found)
    known = _known(bareme.criteria, code)
    if known is None:
        raise NotFoundError
    move = request.form.get("move", "")
    changed = replace(bareme, criteria=_moved(bareme.criteria, known, move))
    actions.rewrite(db(), found, changed, seen=seen(), actor=person(), at=at(), reason=known.label)
    said = "retiré" if move == "remove" else "déplacé"
    return _kept(found, f"Le critère « {known.label} » est {said}.", "criteres")


@bp.get("/<int:version_id>/regles/<sort>/<code>")
@needs("edit_bareme")
def rule(version_id: int, sort: str, code: str) -> ResponseReturnValue:
    """The form of a condition of access, a priority or a quota."""
    found = version(version_id)
    known = _known(getattr(bareme_of(found), _sort(sort)), code)
    return _rule_page(found, sort, code, form.fill(known) if known else {}, {})


@bp.post("/<int:version_id>/regles/<sort>/<code>")
@needs("edit_bareme")
def change_rule(version_id: int, sort: str, code: str) -> ResponseReturnValue:
    """Keep one rule of a draft, or take it away."""
    found = version(version_id)
    typed = {name: value.strip() for name, value in request.form.items()}
    if "more" in typed:
        return _rule_page(found, sort, code, typed, {}, more=True)
    bareme = bareme_of(found)
    kind = _sort(sort)
    try:
        rules = _changed_rules(bareme, kind, code, typed)
        changed = _with_rules(bareme, kind, rules)
        actions.rewrite(db(), found, changed, seen=seen(), actor=person(), at=at(), reason=words.RULES[kind])
    except DomainError as error:
        return _rule_page(found, sort, code, typed, _problems(error)), error.status
    said = "retirée" if typed.get("move") == "remove" else "enregistrée"
    return _kept(found, f"{words.RULES[kind]} : la ligne est {said}.", kind)


def _changed_rules(bareme: Bareme, kind: str, code: str, typed: dict[str, str]) -> tuple[Rule, ...]:
    rules: tuple[Rule, ...] = getattr(bareme, kind)
    if typed.get("move") == "remove":
        return tuple(one for one in rules if one.code != code)
    raw = form.rule_of(kind, typed, _code(bareme, code, typed.get("label", "")))
    made, faults = file.read({**file.write(Bareme("essai", "Essai", (), ("draw",))), kind: [raw]})
    if made is None:
        raise _refused(faults)
    return _placed(rules, code, getattr(made, kind)[0])


def _with_rules(bareme: Bareme, kind: str, rules: tuple[Any, ...]) -> Bareme:
    if kind == "quotas":
        return replace(bareme, quotas=rules)
    return replace(bareme, eligibility=rules) if kind == "eligibility" else replace(bareme, bypasses=rules)


def _placed(kept: tuple[N, ...], code: str, made: N) -> tuple[N, ...]:
    if any(one.code == code for one in kept):
        return tuple(made if one.code == code else one for one in kept)
    return (*kept, made)


def _moved(criteria: tuple[Criterion, ...], one: Criterion, move: str) -> tuple[Criterion, ...]:
    rank = criteria.index(one)
    left = [other for other in criteria if other is not one]
    if move == "remove":
        return tuple(left)
    left.insert(max(rank - 1, 0) if move == "up" else rank + 1, one)
    return tuple(left)


def _known(named: Sequence[Any], code: str) -> Any:  # noqa: ANN401 - a criterion or a rule
    found = next((one for one in named if one.code == code), None)
    if found is None and code != NEW:
        raise NotFoundError
    return found


def _sort(sort: str) -> str:
    if sort not in SORTS:
        raise NotFoundError
    return SORTS[sort]


def _code(bareme: Bareme, code: str, label: str) -> str:
    if code != NEW:
        return code
    named = (*bareme.criteria, *bareme.eligibility, *bareme.bypasses, *bareme.quotas)
    return form.slug(label, [one.code for one in named] + [NEW])


def _read(raw: dict[str, Any]) -> Criterion:
    made, faults = file.read_criterion(raw)
    if made is None or (faults := criterion_refusals(made)):
        raise _refused(faults)
    return made


def _refused(faults: list[str]) -> InvalidError:
    return InvalidError({("form" if not rank else f"form-{rank}"): one for rank, one in enumerate(faults)})


def _problems(error: DomainError) -> dict[str, str]:
    if not isinstance(error, InvalidError):
        return {"form": error.sentence}
    return {key.replace("content", "form"): sentence for key, sentence in error.problems.items()}


def _criterion_page(
    found: BaremeVersion, code: str, typed: dict[str, str], problems: dict[str, str], *, more: bool = False
) -> str:
    lines = form.lines_shown(typed, ("label", "points", "at_least", "below"), more=more)
    return render_template(
        "bareme/criterion.html",
        version=found,
        code=code,
        typed=typed,
        problems=problems,
        words=words,
        lines=lines,
        shown={
            prefix: form.lines_shown(typed, ("what",), f"{prefix}when-", more)
            for prefix in ("", *(f"{rank}-" for rank in range(lines)))
        },
        conditions=form.CONDITIONS,
        numbers=form.NUMBERS,
        address=url_for("bareme.change_criterion", version_id=found.id, code=code),
    )


def _rule_page(
    found: BaremeVersion,
    sort: str,
    code: str,
    typed: dict[str, str],
    problems: dict[str, str],
    *,
    more: bool = False,
) -> str:
    return render_template(
        "bareme/rule.html",
        version=found,
        sort=_sort(sort),
        code=code,
        typed=typed,
        problems=problems,
        words=words,
        shown={"": form.lines_shown(typed, ("what",), "when-", more)},
        conditions=form.CONDITIONS,
        address=url_for("bareme.change_rule", version_id=found.id, sort=sort, code=code),
    )


def _kept(found: BaremeVersion, sentence: str, anchor: str) -> ResponseReturnValue:
    commit()
    forget()
    flash(sentence, "success")
    return redirect(url_for("bareme.read", version_id=found.id, _anchor=anchor), 303)
