"""One professional on one page: free places, approval, what families are given, what happened."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.establishments import childminder_actions as actions
from guichet.establishments.childminder_queries import history
from guichet.placements.childminders import words
from guichet.placements.childminders.letters import contact_words
from guichet.placements.childminders.queries import unanswered_letters
from guichet.web.childminders import shared
from guichet.web.childminders.blueprint import bp
from guichet.web.door import at, catalogue, commit, db, needs, person

LATEST = 20


@bp.get("/assistantes-maternelles/<int:childminder_id>")
@needs(shared.RIGHT)
def card(childminder_id: int) -> str:
    """Everything the register knows of one professional."""
    one = shared.found(childminder_id)
    return render_template(
        "childminders/card.html",
        one=one,
        catalogue=catalogue(),
        keeps=shared.keeps(one.commune_code),
        stale=one.is_active and one.confirmed_on <= shared.too_old(),
        lost=bool(unanswered_letters(db(), [one.id])),
        given=contact_words(one),
        ages=words.ages(one.youngest_months, one.oldest_months),
        events=[
            {
                "at": line.at,
                "what": words.STEP.get(line.step, line.step),
                "who": line.actor_name,
                "kind": "note",
            }
            for line in history(db(), one.id, LATEST)
        ],
    )


@bp.post("/assistantes-maternelles/<int:childminder_id>/confirmer")
@needs(shared.RIGHT)
def confirm(childminder_id: int) -> ResponseReturnValue:
    """The professional has just said that the places are right."""
    one = shared.kept(childminder_id)
    actions.confirm(db(), one, actor=person(), at=at())
    commit()
    flash(f"Les places de {one.name} sont confirmées aujourd’hui.", "success")
    if request.form.get("retour") == "liste":
        return redirect(url_for("childminders.page", vue="a-confirmer"), 303)
    return _back(childminder_id)


@bp.post("/assistantes-maternelles/<int:childminder_id>/arreter")
@needs(shared.RIGHT)
def stop(childminder_id: int) -> ResponseReturnValue:
    """Propose this professional no more."""
    one = shared.kept(childminder_id)
    actions.set_active(db(), one, False, actor=person(), at=at(), version=shared.version())
    commit()
    flash(f"{one.name} n’est plus proposée aux familles.", "success")
    return _back(childminder_id)


@bp.post("/assistantes-maternelles/<int:childminder_id>/reprendre")
@needs(shared.RIGHT)
def resume(childminder_id: int) -> ResponseReturnValue:
    """Propose this professional again."""
    one = shared.kept(childminder_id)
    actions.set_active(db(), one, True, actor=person(), at=at(), version=shared.version())
    commit()
    flash(f"{one.name} est de nouveau proposée aux familles.", "success")
    return _back(childminder_id)


def _back(childminder_id: int) -> ResponseReturnValue:
    return redirect(url_for("childminders.card", childminder_id=childminder_id), 303)
