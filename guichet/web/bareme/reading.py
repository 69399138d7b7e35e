"""Reading the barème: the versions, one of them as a parent reads it, its file, and two of them compared."""

from dataclasses import asdict
from importlib.resources import files

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.bareme import file, words
from guichet.bareme.checks import refusals_in_force
from guichet.bareme.queries import bareme_of, versions
from guichet.bareme.telling import differences, tell, tell_quota, tell_rule, tell_ties
from guichet.core.clock import day
from guichet.web.bareme.blueprint import bp
from guichet.web.bareme.kept import applied, towns, version
from guichet.web.door import at, db, needs, person


@bp.get("")
@needs("read_bareme")
def page() -> ResponseReturnValue:
    """Every version: the one that applies, those being written, the past ones."""
    return render_template(
        "bareme/list.html",
        versions=versions(db()),
        applied=applied(),
        words=words,
        today=day(at()),
        edits=person().may("edit_bareme"),
    )


@bp.get("/<int:version_id>")
@needs("read_bareme")
def read(version_id: int) -> ResponseReturnValue:
    """One version as a parent reads it; a draft has what changes it."""
    found = version(version_id)
    bareme = bareme_of(found)
    edits = person().may("edit_bareme")
    return render_template(
        "bareme/read.html",
        version=found,
        bareme=bareme,
        told=tell(bareme, towns()),
        rules=[(sort, [(rule, _said(sort, rule)) for rule in getattr(bareme, sort)]) for sort in words.RULES],
        ties=tell_ties(bareme.ties),
        words=words,
        applied=applied(),
        edits=edits,
        writes=edits and found.state == "draft",
        lacking=refusals_in_force(bareme) if edits and found.state == "draft" else [],
    )


@bp.get("/<int:version_id>/exporter.json")
@needs("read_bareme")
def export(version_id: int) -> Response:
    """The file of one version."""
    found = version(version_id)
    return _json(file.write_text(bareme_of(found)), f"bareme-{found.code}.json")


@bp.get("/format.json")
@needs("read_bareme")
def schema() -> Response:
    """The JSON Schema of the file."""
    text = files("guichet.bareme").joinpath("schema/guichet-bareme-1.json").read_text("utf-8")
    return _json(text, "guichet-bareme-1.json")


@bp.get("/comparer")
@needs("read_bareme")
def compare() -> ResponseReturnValue:
    """What changes from one version to another."""
    known = versions(db())
    chosen = [_chosen(name, [one.id for one in known]) for name in ("de", "vers")]
    found = []
    if all(chosen):
        before, after = (version(one or 0) for one in chosen)
        found = [asdict(one) for one in differences(bareme_of(before), bareme_of(after), towns())]
    return render_template(
        "bareme/compare.html",
        versions=[(one.id, f"{one.title} ({words.STATE[one.state]})") for one in known],
        titles={one.id: one.title for one in known},
        chosen=chosen,
        differences=found,
        address=url_for("bareme.compare"),
    )


def _said(sort: str, rule: object) -> str:
    if sort == "quotas":
        return tell_quota(rule, towns())  # type: ignore[arg-type]  # the quotas of a barème
    said = tell_rule(rule, towns())  # type: ignore[arg-type]  # the rules of a barème
    return said or "décidée par une personne, avec un motif écrit"


def _chosen(name: str, known: list[int]) -> int | None:
    typed = request.args.get(name, "")
    number = int(typed) if typed.isdecimal() and len(typed) < 10 else None
    return number if number in known else None


def _json(text: str, name: str) -> Response:
    return Response(
        text,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
