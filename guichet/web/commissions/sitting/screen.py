"""The sitting screen: one item at a time, the same for everybody unless one browses; and the pulse it follows."""

from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.commissions import words
from guichet.commissions.convocations.words import ANSWER
from guichet.commissions.sessions.models import CommissionSession
from guichet.commissions.sitting import actions as sitting_actions
from guichet.commissions.sitting import choosing, links
from guichet.commissions.sitting.announced import Announced
from guichet.commissions.sitting.attendance import ROLL_CALL
from guichet.commissions.sitting.deciding_checks import RECUSED, RIGHT, may_insist, recused_seat, why_gone
from guichet.commissions.sitting.queries import (
    ItemLine,
    announced_at,
    beat_of,
    item_lines,
    links_of,
    room_of,
    shown_communes,
)
from guichet.commissions.sitting.quorum import in_words
from guichet.commissions.sitting.room import Room
from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError
from guichet.demands.words import UNPLACED_REASON
from guichet.placements.words import LOAD
from guichet.web.commissions.blueprint import bp
from guichet.web.commissions.signing.written import written_of
from guichet.web.commissions.sitting import showing, typed, weeks
from guichet.web.commissions.sitting.opening import back, opened
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, trace


@dataclass(frozen=True)
class Refusal:
    """What was refused, and the form as it was typed."""

    error: DomainError
    problems: dict[str, str]
    typed: typed.Shown


@bp.get("/seances/<int:session_id>/deroulement")
@needs("sit")
def screen(session_id: int) -> ResponseReturnValue:
    """The item on the shared screen; with `point`, another one that the person browses alone."""
    found = opened(session_id)
    if found.state not in ("sitting", "signed"):
        return redirect(url_for("commissions.session", session_id=session_id))
    return page(found)


@bp.get("/seances/<int:session_id>/etat")
@needs("sit")
def pulse(session_id: int) -> ResponseReturnValue:
    """Whether something was recorded since the page was read: 204 when not. Asked each second, in one statement."""
    found = beat_of(db(), person(), session_id, day(at()))
    if found is None:
        raise not_for_them("session", session_id)
    same = request.args.get("pulse", type=int) == found.pulse
    answer = make_response(("", 204) if same else {"pulse": found.pulse, "position": found.position})
    answer.set_etag(f"{session_id}-{found.pulse}")
    return answer


@bp.post("/seances/<int:session_id>/ouvrir")
@needs("run_session")
def open_session(session_id: int) -> ResponseReturnValue:
    """The day has come: open it, at the roll call."""
    found = opened(session_id, "run_session", lock=True)
    sitting_actions.open_session(
        db(), found, actor=person(), at=at(), version=request.form.get("version", type=int)
    )
    commit()
    return back(session_id)


@bp.post("/seances/<int:session_id>/ecran")
@needs("run_session")
def steer(session_id: int) -> ResponseReturnValue:
    """Put an item on the shared screen."""
    found = opened(session_id, "run_session")
    sitting_actions.show(db(), found, request.form.get("position", 0, type=int), actor=person(), at=at())
    commit()
    return back(session_id)


def page(
    sitting: CommissionSession, refusal: Refusal | None = None, position: int | None = None
) -> ResponseReturnValue:
    """The screen as this person may see it."""
    lines = item_lines(db(), sitting)
    asked = request.args.get("point", type=int) if position is None else position
    here = sitting.at_position if asked is None else asked
    line = next((one for one in lines if one.position == here), None)
    room = room_of(db(), sitting)
    browsing = "point" in request.args or bool(request.form.get("browsing"))
    told = _common(sitting, lines, line, room, here, browsing=browsing)
    status = refusal.error.status if refusal else 200
    if line is None or line.demand_id is None:
        return render_template(
            "commissions/sitting/screen.html",
            **told,
            item=None,
            form=None,
            refusal=refusal,
            written=written_of(sitting, line),
        ), status
    linked = links_of(db(), line.demand_id)
    if person().user_id in linked.values() or recused_seat(room, person(), here):
        trace("refused", "demand", line.demand_id, "déport")
        told |= {"barred": RECUSED}
        return render_template(
            "commissions/sitting/screen.html", **told, item=None, form=None, refusal=None
        ), 403
    trace("read", "demand", line.demand_id, "séance")
    item = showing.shown(sitting, line, shown_communes(lines))
    if item is None:
        raise not_for_them("demand", line.demand_id)
    told |= _of_item(sitting, line, item, room, linked)
    form = refusal.typed if refusal and refusal.typed else _form(line, item)
    return render_template(
        "commissions/sitting/screen.html", **told, item=item, form=form, refusal=refusal
    ), status


def _common(
    sitting: CommissionSession,
    lines: list[ItemLine],
    line: ItemLine | None,
    room: Room,
    here: int,
    *,
    browsing: bool,
) -> dict[str, Any]:
    quorum = room.quorum(here)
    last = max((one.position for one in lines), default=0)
    runs = person().may("run_session") and sitting.state == "sitting"
    asks = runs and (here == ROLL_CALL or bool(room.reglement.proxies))
    return {
        "sitting": sitting,
        "line": line,
        "here": here,
        "last": last,
        "browsing": browsing,
        "follows": here == sitting.at_position,
        "room": room,
        "names": showing.quorum_names(room, here),
        "quorum": quorum,
        "quorum_words": in_words(quorum, words.ROLE),
        "lapsed": room.lapsed(here),
        "left": [one for one in lines if one.left],
        "others": [one for one in lines if not one.left],
        "drafted": any(one.decision for one in lines),
        "total": sum(one.demand_id is not None for one in lines),
        "age": showing.age_words,
        "decided": showing.decided_words,
        "runs": runs,
        "announced": announced_at(db(), sitting, room, here) if asks else Announced(),
        "answer_words": ANSWER,
        "words": words,
        "barred": "",
        "sits": links.seats_of(sitting.commission.seats, person()),
        "address": lambda position: url_for("commissions.screen", session_id=sitting.id, point=position),
    }


def _of_item(
    sitting: CommissionSession, line: ItemLine, item: showing.Shown, room: Room, linked: dict[str, int | None]
) -> dict[str, Any]:
    there = room.present(line.position)
    in_room = [room.by_id[one] for one in sorted(there.seats)]
    offered = list(
        dict.fromkeys([*([item.asked.proposed] if item.asked.proposed else []), *item.asked.wished])
    )
    offered += [one for one in sorted(item.asked.houses) if one not in offered]
    first = catalogue().houses.get(item.asked.first_house or 0)
    return {
        "gone": "" if item.demand.state == "commission" or line.decision else why_gone(item.demand),
        "records": person().may(RIGHT) and sitting.state == "sitting" and item.demand.state == "commission",
        "insister": may_insist(person(), room, line.position, item.asked.first_house),
        # Insisting is offered where some place asked for is not simply free.
        "tight": any(one.verdict is not None and one.verdict.colour != "green" for one in item.houses),
        # A wait needs its reason said where the week asked would hold: « no seat » would not be true.
        "fits_here": any(
            wish.week is not None and wish.week.verdict is not None and wish.week.verdict.colour == "green"
            for wish in item.wishes
        ),
        "suggested": room.to_recuse(line.position, linked),
        "recused": [room.by_id[one] for one in sorted(there.recused) if one in room.by_id],
        "in_room": [one for one in in_room if one.chair.id not in there.recused],
        "part_choices": typed.part_choices(item.week),
        "reasons": list(UNPLACED_REASON.items()),
        "first_name": first.name if first else "",
        "houses": [(one, catalogue().houses[one].label) for one in offered if one in catalogue().houses],
        "bar": weeks.seats_bar,
        "told_half": weeks.told_half,
        "free_words": weeks.free_words,
        "load_words": LOAD,
        "giving": choosing.GIVING,
    }


def _form(line: ItemLine, item: showing.Shown) -> typed.Shown:
    made = typed.from_draft(french.short_date(item.asked.entry), item.asked.first_house, item.week, item.part)
    if line.decision:
        made["detail"], made["why"] = line.decision.detail, line.decision.why
        made["reason"] = line.decision.reason
    return made
