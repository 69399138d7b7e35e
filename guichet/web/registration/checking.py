"""The last step: everything on one page, probable doubles of all communes, then the registration."""

from dataclasses import dataclass, replace
from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import ConflictError, InvalidError, NotFoundError
from guichet.demands import drafts, words
from guichet.demands.delays import ORIENT_WITHIN, RENEW_EVERY
from guichet.demands.doubles import Double, find_doubles
from guichet.demands.drafts import Steps
from guichet.demands.letter_parts import NOTICE
from guichet.demands.models import Demand
from guichet.demands.registering import find_by_submission, number_of_submission, register
from guichet.web.door import at, catalogue, commit, db, delays, needs, person, trace
from guichet.web.registration import gathering, people, summary
from guichet.web.registration.gathering import CHANNELS, CHECK, CHILD, Gathered
from guichet.web.registration.wizard import address, bp, fields, frame, user_id

SALT = "doubles-seen"
CHANGED = "La saisie a changé depuis cette vérification : relisez la page, puis enregistrez."
TICK = "Ouvrez les demandes proches, puis cochez que ce n’est pas le même enfant ; sinon reprenez la demande existante."


@dataclass(frozen=True)
class Seen:
    """What the person had before their eyes: signed in the form, since reading a page writes nothing."""

    fingerprint: str
    doubles: tuple[tuple[int, str], ...]
    """The id and the number of each probable double."""


@bp.get("/nouvelle/<draft_id>/verification")
@needs("register")
def verify(draft_id: str) -> ResponseReturnValue:
    """The whole draft, its warnings and its probable doubles."""
    draft = drafts.find(db(), draft_id, user_id())
    return _page(draft_id, draft.typed, {})


@bp.post("/nouvelle/<draft_id>/verification")
@needs("register")
def finish(draft_id: str) -> ResponseReturnValue:
    """Register the demand and remove the draft in one transaction; sent twice, it leads to the same demand."""
    more = bool(request.form.get("next_child"))
    steps, next_id = _take(draft_id, more=more)
    if steps is None:
        return _already(draft_id)
    typed = fields()
    steps = {**steps, CHECK: {name: value for name, value in typed.items() if name != "seen"}}
    found = gathering.gather(steps, catalogue(), person(), at())
    seen = _seen(typed.get("seen", ""))
    problems = _problems(found, seen)
    made = gathering.registration(found, draft_id, _reason(seen))
    different = tuple(id_ for id_, _number in seen.doubles) if seen else ()
    entry = made and replace(made, joins=drafts.joins(steps, draft_id), different_from=different)
    if problems or any(found.problems.values()) or seen is None or entry is None:
        db().rollback()
        return _page(draft_id, steps, problems), 422
    try:
        demand = register(
            db(),
            entry,
            catalogue(),
            actor=person(),
            at=at(),
            renew_every_days=delays()[RENEW_EVERY.key],
            orient_within_days=delays()[ORIENT_WITHIN.key],
        )
    except ConflictError:
        return _already(draft_id)
    except InvalidError as refusal:
        db().rollback()
        return _page(draft_id, steps, refusal.problems), refusal.status
    commit()
    _tell(demand)
    if next_id:
        return redirect(url_for("registration.next_child", draft_id=next_id), 303)
    return redirect(f"/demandes/{demand.id}", 303)


@bp.get("/nouvelle/<draft_id>/enfant-suivant")
@needs("register")
def next_child(draft_id: str) -> ResponseReturnValue:
    """Twins: everything is known again but the first name."""
    draft = drafts.find(db(), draft_id, user_id())
    return _next_page(draft_id, draft.typed, {})


@bp.post("/nouvelle/<draft_id>/enfant-suivant")
@needs("register")
def prepare_next_child(draft_id: str) -> ResponseReturnValue:
    """The draft of the other child of the same birth, ready to be checked."""
    draft = drafts.find(db(), draft_id, user_id())
    child = draft.typed.get(CHILD, {})
    typed = {
        **child,
        "child_first_name": request.form.get("child_first_name", ""),
        "birth_rank": str(people.rank_from(child) + 1),
    }
    try:
        gathering.child_step(typed, day(at()))
    except InvalidError as refusal:
        return _next_page(draft_id, draft.typed, refusal.problems), refusal.status
    drafts.keep(draft, CHILD, typed, at=at(), sent=True, title=_name(typed))
    drafts.keep(draft, CHECK, _for_next(draft.typed), at=at(), sent=True)
    commit()
    return redirect(address(draft_id, CHECK), 303)


def _page(draft_id: str, steps: Steps, problems: dict[str, str]) -> str:
    today = day(at())
    found = gathering.gather(steps, catalogue(), person(), at())
    trace_ = found.trace()
    doubles = find_doubles(db(), trace_, person(), today) if trace_ else ()
    if doubles:
        trace("search", "double", None, ", ".join(double.number for double in doubles))
    elsewhere = {step: held for step, held in found.problems.items() if step != CHECK and held}
    return render_template(
        "registration/verification.html",
        **frame(draft_id, CHECK),
        typed=_typed(steps, today),
        problems={**found.problems.get(CHECK, {}), **problems},
        elsewhere=[
            (gathering.LABELS[step], address(draft_id, step), list(held.values()))
            for step, held in elsewhere.items()
        ],
        sections=[
            (section, address(draft_id, section.step))
            for section in summary.sections(found, catalogue(), today)
        ],
        warnings=found.warnings,
        doubles=doubles,
        seen=_sign(found, doubles),
        notice=NOTICE,
        channels=CHANNELS,
        rules=words.SENIORITY_RULE,
        desks=gathering.desk_communes(person(), catalogue()),
        any_desk=not (person().communes or person().houses),
        ready=not elsewhere and trace_ is not None,
        joins=_first_number(draft_id, steps),
        next_child=bool(found.child and found.child.multiple_births > found.birth_rank),
    )


def _next_page(draft_id: str, steps: Steps, problems: dict[str, str]) -> str:
    child = steps.get(CHILD, {})
    return render_template(
        "registration/next_child.html",
        draft_id=draft_id,
        problems=problems,
        typed=request.form,
        child=child,
        number=_first_number(draft_id, steps),
        born=bool(child.get("birth_date")),
    )


def _take(draft_id: str, *, more: bool) -> tuple[Steps | None, str]:
    """What the draft held; when another child of the same birth follows, the draft lives on under a new id."""
    if not more:
        return drafts.take(db(), draft_id, user_id()), ""
    passed = drafts.pass_on(db(), draft_id, user_id(), at=at())
    return (passed[1], passed[0]) if passed else (None, "")


def _already(draft_id: str) -> ResponseReturnValue:
    """The form was sent before: go to the demand it made."""
    db().rollback()
    known = find_by_submission(db(), draft_id)
    if known is None:
        raise NotFoundError
    return redirect(f"/demandes/{known}", 303)


def _problems(found: Gathered, seen: Seen | None) -> dict[str, str]:
    problems = {}
    trace_ = found.trace()
    if seen is None or trace_ is None or seen.fingerprint != gathering.fingerprint(trace_):
        problems["seen"] = CHANGED
    elif seen.doubles and not request.form.get("not_the_same"):
        problems["not_the_same"] = TICK
    if found.reception and not found.reception.notice_given:
        problems["notice_given"] = "Donnez cette information à la famille, puis cochez la case."
    return problems


def _reason(seen: Seen | None) -> str:
    if seen is None or not seen.doubles:
        return ""
    numbers = [number for _id, number in seen.doubles]
    one = "que celui de la demande" if len(numbers) == 1 else "que ceux des demandes"
    return f"Vérifié : ce n’est pas le même enfant {one} {french.join_and(numbers)}."


def _sign(found: Gathered, doubles: tuple[Double, ...]) -> str:
    trace_ = found.trace()
    if trace_ is None:
        return ""
    listed = [(double.demand_id, double.number) for double in doubles]
    known = [person().user_id, gathering.fingerprint(trace_), listed]
    signed = _signer().dumps(known)
    return signed if isinstance(signed, str) else signed.decode()


def _seen(signed: str) -> Seen | None:
    """What the form says was seen; nothing when it was forged, or given to somebody else."""
    try:
        who, fingerprint, doubles = _signer().loads(signed)
    except BadSignature:
        return None
    return (
        Seen(fingerprint, tuple((id_, number) for id_, number in doubles))
        if who == person().user_id
        else None
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)


def _first_number(draft_id: str, steps: Steps) -> str:
    """The number of the demand of the first child of the birth, whose family this one joins."""
    first = drafts.joins(steps, draft_id)
    return number_of_submission(db(), first) if first else ""


def _typed(steps: Steps, today: date) -> dict[str, str]:
    first = {"channel": "desk", "received_on": french.short_date(today), "seniority_rule": "received"}
    own = sorted(gathering.desk_communes(person(), catalogue()))
    if person().communes or person().houses:
        first["desk_commune"] = own[0]
    return {**first, **steps.get(CHECK, {})}


def _name(typed: dict[str, str]) -> str:
    return f"{typed.get('child_first_name', '')} {typed.get('child_last_name', '')}".strip()


def _for_next(steps: Steps) -> dict[str, str]:
    """How the demand came is the same; what was ticked for the first child is asked again."""
    return {
        name: value
        for name, value in steps.get(CHECK, {}).items()
        if name not in ("not_the_same", "next_child")
    }


def _tell(demand: Demand) -> None:
    how = "part par courriel" if demand.family.channel == "email" else "est à imprimer dans les courriers"
    flash(f"La demande {demand.number} est enregistrée. L’accusé de réception {how}.", "success")
