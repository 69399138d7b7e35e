"""Drafts of the barème: begun blank, from another version, from a published example or from a file."""

from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from guichet.bareme import actions, file
from guichet.bareme.bareme import Bareme
from guichet.bareme.models import BaremeVersion
from guichet.bareme.queries import bareme_of, versions
from guichet.bareme.vocabulary import TIES
from guichet.core.errors import DomainError, InvalidError
from guichet.core.names import clean_name
from guichet.web.bareme.blueprint import bp
from guichet.web.bareme.kept import forget, seen, version
from guichet.web.bareme.typed import slug
from guichet.web.door import at, commit, db, needs, person

LONGEST_TITLE, LONGEST_LINE, LONGEST_NOTE = 160, 300, 1000
HEAD = ("title", "deliberation", "source", "note", "draw_key")


@bp.get("/nouveau")
@needs("edit_bareme")
def new() -> ResponseReturnValue:
    """Choose what a new version begins from."""
    typed = {
        "title": "",
        "source": f"v{request.args['de']}" if request.args.get("de", "").isdecimal() else "",
    }
    return _new_page(typed, {})


@bp.post("/nouveau")
@needs("edit_bareme")
def begin() -> ResponseReturnValue:
    """Make the draft."""
    typed = {name: clean_name(request.form.get(name, "")) for name in ("title", "source")}
    try:
        if not typed["title"] or len(typed["title"]) > LONGEST_TITLE:
            raise InvalidError({"title": f"Donnez un titre, {LONGEST_TITLE} caractères au plus."})
        made = actions.duplicate(
            db(),
            _source(typed["source"]),
            _free_code(typed["title"]),
            typed["title"],
            actor=person(),
            at=at(),
        )
    except InvalidError as error:
        return _new_page(typed, error.problems), error.status
    return _kept(made, "Le brouillon est créé : écrivez ses critères, puis mettez-le en vigueur.")


@bp.post("/importer")
@needs("edit_bareme")
def bring() -> ResponseReturnValue:
    """Make a draft of a file; all its faults are told and nothing is kept of it when it holds one."""
    sent = request.files.get("file")
    content = sent.read(file.LARGEST + 1) if sent else b""
    made, faults = file.read_text(content) if content else (None, ["Choisissez un fichier."])
    try:
        if made is None:
            raise InvalidError(
                {"file" if not rank else f"file-{rank}": one for rank, one in enumerate(faults)}
            )
        stored = actions.create(db(), made, actor=person(), at=at(), reason="Importé d’un fichier")
    except InvalidError as error:
        problems = {
            key.replace("content", "file").replace("code", "file"): one for key, one in error.problems.items()
        }
        return _new_page({"title": "", "source": ""}, problems), error.status
    return _kept(stored, "Le fichier est importé : c’est un brouillon.")


@bp.get("/<int:version_id>/general")
@needs("edit_bareme")
def general(version_id: int) -> ResponseReturnValue:
    """Title, deliberation, source, and how ties are settled."""
    found = version(version_id)
    bareme = bareme_of(found)
    typed = {name: getattr(bareme, name) for name in HEAD}
    typed |= {f"tie-{rank}": tie for rank, tie in enumerate(bareme.ties)}
    return _general_page(found, typed, {})


@bp.post("/<int:version_id>/general")
@needs("edit_bareme")
def change_general(version_id: int) -> ResponseReturnValue:
    """Keep them."""
    found = version(version_id)
    typed = {name: clean_name(one) for name, one in request.form.items()}
    try:
        changed = _general(bareme_of(found), typed)
        actions.rewrite(
            db(), found, changed, seen=seen(), actor=person(), at=at(), reason="Titre et départage"
        )
    except DomainError as error:
        problems = error.problems if isinstance(error, InvalidError) else {"title": error.sentence}
        return _general_page(found, typed, problems), error.status
    return _kept(found, "Les informations générales sont enregistrées.")


@bp.post("/<int:version_id>/effacer")
@needs("edit_bareme")
def discard(version_id: int) -> ResponseReturnValue:
    """Delete a draft."""
    found = version(version_id)
    title = found.title
    actions.discard(db(), found, seen=seen(), actor=person(), at=at())
    commit()
    flash(f"Le brouillon « {title} » est effacé.", "success")
    return redirect(url_for("bareme.page"), 303)


@lru_cache(maxsize=1)
def shipped() -> dict[str, Bareme]:
    """The published barèmes that come with the product, by code."""
    found = {}
    for one in sorted(files("guichet.bareme").joinpath("shipped").iterdir(), key=lambda path: path.name):
        made, _ = file.read_text(one.read_bytes())
        if made is not None:
            found[made.code] = made
    return found


def _general(bareme: Bareme, typed: dict[str, str]) -> Bareme:
    problems = {}
    if not 0 < len(typed.get("title", "")) <= LONGEST_TITLE:
        problems["title"] = f"Donnez un titre, {LONGEST_TITLE} caractères au plus."
    for name, longest in (
        ("deliberation", LONGEST_LINE),
        ("source", LONGEST_LINE),
        ("note", LONGEST_NOTE),
        ("draw_key", 80),
    ):
        if len(typed.get(name, "")) > longest:
            problems[name] = f"{longest} caractères au plus."
    ties = [typed.get(f"tie-{rank}", "") for rank in range(len(TIES))]
    chosen = tuple(tie for tie in ties if tie in TIES and tie != "draw")
    for rank, tie in enumerate(ties):
        if tie in chosen and tie in ties[:rank]:
            problems[f"tie-{rank}"] = (
                f"Cette règle est déjà la règle {ties.index(tie) + 1} : elle ne compte qu’une fois."
            )
    if problems:
        raise InvalidError(problems)
    said = {name: typed.get(name, "") for name in HEAD}
    # The recorded draw always ends the chain: nobody has to think of it.
    return replace(
        bareme,
        title=said["title"],
        deliberation=said["deliberation"],
        source=said["source"],
        note=said["note"],
        draw_key=said["draw_key"],
        ties=(*chosen, "draw"),
    )


def _source(typed: str) -> Bareme:
    if typed.startswith("v") and typed[1:].isdecimal() and len(typed) < 10:
        return bareme_of(version(int(typed[1:])))
    if typed in shipped():
        return shipped()[typed]
    return Bareme("nouveau", "Nouveau", (), ("seniority", "draw"))


def _free_code(title: str) -> str:
    taken = {one.code for one in versions(db())}
    return slug(title, taken)


def _new_page(typed: dict[str, str], problems: dict[str, str]) -> str:
    known = [(f"v{one.id}", one.title) for one in versions(db())]
    published = [(code, one.title) for code, one in shipped().items()]
    choices = [("Versions du guichet", known), ("Barèmes publiés", published)]
    return render_template(
        "bareme/new.html", typed=typed, problems=problems, choices=[one for one in choices if one[1]]
    )


def _general_page(found: BaremeVersion, typed: dict[str, str], problems: dict[str, str]) -> str:
    shown = dict.fromkeys(HEAD, "") | typed
    return render_template("bareme/general.html", version=found, typed=shown, problems=problems, ties=TIES)


def _kept(found: BaremeVersion, sentence: str) -> ResponseReturnValue:
    commit()
    forget()
    flash(sentence, "success")
    return redirect(url_for("bareme.read", version_id=found.id), 303)
