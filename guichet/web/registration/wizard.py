"""The wizard: a family's demand in six short steps, kept as it is typed."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.accounts.policy import Reach
from guichet.core.clock import day
from guichet.core.errors import InvalidError
from guichet.core.week import PRESETS
from guichet.demands import drafts, words
from guichet.demands.drafts import Steps
from guichet.demands.models import Draft
from guichet.families import words as family_words
from guichet.web.door import at, catalogue, commit, db, needs, person
from guichet.web.registration import asking, gathering, people, situation
from guichet.web.registration.gathering import CHECK, CHILD, FAMILY, LABELS, NEED, SITUATION, WISHES
from guichet.web.registration.typed import Typed

bp = Blueprint("registration", __name__, url_prefix="/demandes")
STEPS = tuple(LABELS)
DEFAULTS: dict[str, dict[str, str]] = {
    FAMILY: {
        "adult1_has_authority": "y",
        "adult1_lives_with_child": "y",
        "adult2_has_authority": "y",
        "adult2_lives_with_child": "y",
        "channel": "email",
        "custody": "together",
    },
    NEED: {"care": "regular", "meals": "y", "school_holidays": "all"},
}
TEMPLATES = {
    CHILD: "registration/child.html",
    FAMILY: "registration/family.html",
    NEED: "registration/need.html",
    WISHES: "registration/wishes.html",
    SITUATION: "registration/situation.html",
}


def user_id() -> int:
    """Whose drafts these are."""
    known = person().user_id
    if known is None:
        abort(404)
    return known


@bp.get("/nouvelle")
@needs("register")
def start() -> ResponseReturnValue:
    """My drafts, and the start of a new demand."""
    return render_template(
        "registration/start.html", drafts=drafts.mine(db(), user_id()), next_child=drafts.NEXT_CHILD
    )


@bp.post("/nouvelle")
@needs("register")
def begin() -> ResponseReturnValue:
    """A new draft, with what the account already tells."""
    draft = drafts.start(db(), user_id(), _known(), at=at())
    commit()
    return redirect(url_for("registration.step", draft_id=draft.id, step=CHILD), 303)


@bp.post("/nouvelle/<draft_id>/ecarter")
@needs("register")
def discard(draft_id: str) -> ResponseReturnValue:
    """Throw a draft away."""
    drafts.discard(db(), draft_id, user_id())
    commit()
    flash("Le brouillon est écarté.", "success")
    return redirect(url_for("registration.start"), 303)


@bp.get("/nouvelle/<draft_id>/<any('enfant', 'famille', 'besoin', 'voeux', 'situation'):step>")
@needs("register")
def step(draft_id: str, step: str) -> ResponseReturnValue:
    """One step, as it was left."""
    draft = drafts.find(db(), draft_id, user_id())
    return page(draft, step, shown(draft.typed, step), {})


@bp.post("/nouvelle/<draft_id>/<any('enfant', 'famille', 'besoin', 'voeux', 'situation'):step>")
@needs("register")
def send(draft_id: str, step: str) -> ResponseReturnValue:
    """Keep what was typed, then go on or say what to correct."""
    draft = drafts.find(db(), draft_id, user_id())
    typed = fields()
    drafts.keep(draft, step, typed, at=at(), sent=True, title=title(step, typed))
    commit()
    if typed.get("more"):
        return redirect(url_for("registration.step", draft_id=draft_id, step=step), 303)
    try:
        _READ[step](draft.typed)
    except InvalidError as refusal:
        return page(draft, step, shown(draft.typed, step), refusal.problems), refusal.status
    return redirect(address(draft_id, STEPS[STEPS.index(step) + 1]), 303)


@bp.post(
    "/nouvelle/<draft_id>/<any('enfant', 'famille', 'besoin', 'voeux', 'situation', 'verification'):step>/brouillon"
)
@needs("register")
def autosave(draft_id: str, step: str) -> ResponseReturnValue:
    """Keep what is being typed, without judging it."""
    draft = drafts.find(db(), draft_id, user_id())
    typed = fields()
    drafts.keep(draft, step, typed, at=at(), sent=False, title=title(step, typed))
    commit()
    return Response(status=204)


def page(draft: Draft, step: str, typed: dict[str, str], problems: dict[str, str]) -> str:
    """The page of a step."""
    return render_template(
        TEMPLATES[step],
        **frame(draft.id, step),
        typed=typed,
        problems=problems,
        **(_CONTEXT[step](draft.typed, typed) if step in _CONTEXT else {}),
    )


def frame(draft_id: str, step: str) -> dict[str, Any]:
    """What every step shows around its fields."""
    number = STEPS.index(step) + 1
    return {
        "draft_id": draft_id,
        "step_key": step,
        "step_title": LABELS[step],
        "steps": [(label, address(draft_id, one)) for one, label in LABELS.items()],
        "number": number,
        "back": address(draft_id, STEPS[number - 2]) if number > 1 else None,
        "autosave": url_for("registration.autosave", draft_id=draft_id, step=step),
        "words": family_words,
        "demand_words": words,
        "towns": [(town.code, town.name) for town in catalogue().towns.values()],
    }


def address(draft_id: str, step: str) -> str:
    """Where a step stands."""
    if step == CHECK:
        return url_for("registration.verify", draft_id=draft_id)
    return url_for("registration.step", draft_id=draft_id, step=step)


def fields() -> dict[str, str]:
    """What the form sent, but its token; PostgreSQL stores no zero character."""
    return {
        name.replace("\0", ""): value.replace("\0", "")
        for name, value in request.form.items()
        if name != "csrf_token"
    }


def shown(steps: Steps, step: str) -> dict[str, str]:
    """What the fields of a step show: as typed, or the defaults of a step never opened."""
    kept = steps.get(step)
    if kept is None:
        return dict(DEFAULTS.get(step, {}))
    return kept if kept.get(drafts.SENT) or step not in DEFAULTS else {**DEFAULTS[step], **kept}


def title(step: str, typed: dict[str, str]) -> str:
    """How a draft is called in a list: the child, once it has a name."""
    if step != CHILD:
        return ""
    read = Typed(typed)
    return f"{read.words('child_first_name')} {read.words('child_last_name')}".strip()


def _known() -> Steps:
    who = person()
    if who.reaches("register") != (Reach.HOUSES,):
        return {}
    own = min(who.houses, default=None)
    first = {WISHES: {"wish1": f"{asking.HOUSE}{own}"}} if own else {}
    return {**first, CHECK: {"channel": "establishment"}}


def _family_context(_steps: Steps, _typed: dict[str, str]) -> dict[str, Any]:
    return {
        "houses": [(str(house.id), house.label) for house in catalogue().houses.values()],
        "siblings": range(1, people.MOST_SIBLINGS + 1),
    }


def _wishes_context(_steps: Steps, typed: dict[str, str]) -> dict[str, Any]:
    return {
        "wish_choices": asking.wish_choices(catalogue(), person().houses),
        "lines": range(1, asking.lines_shown(typed) + 1),
    }


def _situation_context(steps: Steps, _typed: dict[str, str]) -> dict[str, Any]:
    found = gathering.gather(steps, catalogue(), person(), at())
    ready = found.child is not None and found.family is not None
    if found.child is None or found.family is None:
        return {"ready": ready, "proofs": [], "ticks": []}
    return {
        "ready": ready,
        "proofs": situation.lines_of(found.child, found.family, day(at())),
        "ticks": situation.ticks_of(found.child, found.family),
    }


def _read_situation(steps: Steps) -> None:
    found = gathering.gather(steps, catalogue(), person(), at())
    if found.problems.get(SITUATION):
        raise InvalidError(found.problems[SITUATION])


_CONTEXT: dict[str, Callable[[Steps, dict[str, str]], dict[str, Any]]] = {
    FAMILY: _family_context,
    NEED: lambda _steps, _typed: {"presets": PRESETS},
    WISHES: _wishes_context,
    SITUATION: _situation_context,
}
_READ: dict[str, Callable[[Steps], object]] = {
    CHILD: lambda steps: gathering.child_step(steps[CHILD], day(at())),
    FAMILY: lambda steps: gathering.family_step(steps[FAMILY], catalogue(), day(at())),
    NEED: lambda steps: gathering.need_step(steps[NEED], day(at())),
    WISHES: lambda steps: gathering.wishes_step(steps[WISHES], catalogue(), person()),
    SITUATION: _read_situation,
}
