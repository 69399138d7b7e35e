"""The proofs of a demand: one line a fact, one small page a proof, the letter that asks for several."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from guichet.core import french
from guichet.core.clock import day
from guichet.core.errors import DomainError, InvalidError
from guichet.demands.family_changes import recount_papers
from guichet.demands.family_file import FamilyFile, open_file
from guichet.demands.family_papers import ask_papers
from guichet.families import proof_actions as proofs
from guichet.families import queries, vault
from guichet.families.models import Fact
from guichet.families.proof_actions import BroughtEntry, Handling, SentFile
from guichet.web.door import at, catalogue, commit, db, needs, not_for_them, person, settings, trace
from guichet.web.papers_shown import LETTER_DAYS, list_page, may_read, proof_page

bp = Blueprint("papers", __name__, url_prefix="/demandes/<int:demand_id>/justificatifs")
RIGHT = "check_proof"
COMPLETE = "Le dossier est complet."
Act = Callable[[FamilyFile, Fact, Handling], None]


@bp.get("")
@needs(RIGHT)
def page(demand_id: int) -> ResponseReturnValue:
    """Every declared fact and where its proof stands."""
    trace("read", "demand", demand_id, "justificatifs")
    return list_page(_open(demand_id), {}, {})


@bp.get("/<int:fact_id>")
@needs(RIGHT)
def proof(demand_id: int, fact_id: int) -> ResponseReturnValue:
    """One fact, its proof, and what may be done with it."""
    file, fact = _find(demand_id, fact_id)
    trace("read", "demand", demand_id, "justificatif")
    return proof_page(file, fact, {}, {})


@bp.post("/<int:fact_id>/recu")
@needs(RIGHT)
def receive(demand_id: int, fact_id: int) -> ResponseReturnValue:
    """The paper is here."""
    return _handle(
        demand_id,
        fact_id,
        lambda _file, fact, by: proofs.receive_proof(db(), fact, _brought(), by, _seen()),
        "Le document est noté comme reçu. Il reste à le vérifier.",
    )


@bp.post("/<int:fact_id>/verifie")
@needs(RIGHT)
def check(demand_id: int, fact_id: int) -> ResponseReturnValue:
    """Somebody looked at it."""
    return _handle(
        demand_id,
        fact_id,
        lambda _file, fact, by: proofs.check_proof(db(), fact, _brought(), by, _seen()),
        "Le document est noté comme vérifié.",
    )


@bp.post("/<int:fact_id>/refuse")
@needs(RIGHT)
def refuse(demand_id: int, fact_id: int) -> ResponseReturnValue:
    """It does not prove the fact."""
    because = request.form.get("because", "")
    return _handle(
        demand_id,
        fact_id,
        lambda _file, fact, by: proofs.refuse_proof(db(), fact, because, by, _seen()),
        "Le document est noté comme refusé. Demandez-en un autre à la famille.",
    )


@bp.post("/<int:fact_id>/demander")
@needs(RIGHT)
def ask(demand_id: int, fact_id: int) -> ResponseReturnValue:
    """Ask for it, or ask for it again."""
    return _handle(
        demand_id,
        fact_id,
        lambda _file, fact, by: proofs.ask_proof(db(), fact, by, request.form.get("paper", ""), _seen()),
        "Le document est de nouveau attendu. La lettre à la famille se prépare au bas de la page.",
    )


@bp.post("/<int:fact_id>/copie")
@needs(RIGHT)
def upload(demand_id: int, fact_id: int) -> ResponseReturnValue:
    """Keep a copy."""
    content = _sent()

    def act(_file: FamilyFile, fact: Fact, by: Handling) -> None:
        if content is None:
            raise InvalidError({"file": "Choisissez un fichier : PDF, JPEG ou PNG, 8 Mo au plus."})
        proofs.upload(db(), fact, content, _brought(), by, secret=settings().secret_key)

    return _handle(demand_id, fact_id, act, "La copie est gardée, chiffrée.", back_to_proof=True)


@bp.get("/<int:fact_id>/copie/<int:file_id>")
@needs(RIGHT)
def download(demand_id: int, fact_id: int, file_id: int) -> ResponseReturnValue:
    """The copy as it was sent, never opened in the page."""
    _find(demand_id, fact_id)
    kept = queries.file_with_content(db(), fact_id, file_id)
    if kept is None:
        raise not_for_them("paper", file_id)
    content = vault.unseal(settings().secret_key, kept.content)
    trace("read", "paper", file_id, f"demande {demand_id}")
    answer: Response = send_file(
        BytesIO(content), kept.content_type, as_attachment=True, download_name=kept.filename, max_age=0
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/<int:fact_id>/copie/<int:file_id>/effacer")
@needs(RIGHT)
def erase(demand_id: int, fact_id: int, file_id: int) -> ResponseReturnValue:
    """A copy sent by mistake, or not needed any more."""

    def act(_file: FamilyFile, fact: Fact, by: Handling) -> None:
        kept = queries.files_of(db(), [fact.id]).get(fact.id, [])
        one = next((copy for copy in kept if copy.id == file_id), None)
        if one is None:
            raise not_for_them("paper", file_id)
        proofs.erase_file(db(), fact, one, by)

    return _handle(demand_id, fact_id, act, "La copie est effacée.", back_to_proof=True)


@bp.post("/<int:fact_id>/retirer")
@needs(RIGHT)
def remove(demand_id: int, fact_id: int) -> ResponseReturnValue:
    """What was declared is not true any more."""

    def act(file: FamilyFile, fact: Fact, by: Handling) -> None:
        proofs.remove_fact(db(), fact, by, _seen())
        file.facts.remove(fact)

    return _handle(demand_id, fact_id, act, "La situation est retirée du dossier.")


@bp.post("/ajouter")
@needs(RIGHT)
def add(demand_id: int) -> ResponseReturnValue:
    """The family declares something more."""
    file = _open(demand_id, lock=True)
    kind, _, who = request.form.get("situation", "").partition("-")
    known = {str(one.id) for one in file.family.persons}
    try:
        fact = proofs.add_fact(
            db(),
            file.family.id,
            kind if may_read(kind) else "",
            _by(demand_id),
            person_id=int(who) if who in known else None,
            referral_contact=request.form.get("referral_contact", "")[:200],
        )
    except InvalidError as refusal:
        db().rollback()
        sentence = refusal.sentence
        return list_page(_open(demand_id), {"situation": sentence}, request.form), refusal.status
    file.facts.append(fact)
    return _leave(demand_id, file, "La situation est ajoutée au dossier.")


@bp.post("/lettre")
@needs(RIGHT)
def letter(demand_id: int) -> ResponseReturnValue:
    """Ask for several papers by one letter."""
    file = _open(demand_id, lock=True)
    chosen = {fact_id for document in request.form.getlist("facts") for fact_id in document.split("-")}
    try:
        until = _date("until") or day(at()) + timedelta(days=LETTER_DAYS)
        wanted = [fact for fact in file.facts if str(fact.id) in chosen]
        ask_papers(db(), file, wanted, until, catalogue(), actor=person(), at=at())
    except DomainError as refusal:
        db().rollback()
        problems = refusal.problems if isinstance(refusal, InvalidError) else {"facts": refusal.sentence}
        return list_page(_open(demand_id), problems, request.form), refusal.status
    return _leave(demand_id, file, "La lettre est partie : elle demande les documents choisis.")


def _handle(
    demand_id: int, fact_id: int, act: Act, done: str, *, back_to_proof: bool = False
) -> ResponseReturnValue:
    file, fact = _find(demand_id, fact_id, lock=True)
    try:
        act(file, fact, _by(demand_id))
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        db().rollback()
        problems = refusal.problems if isinstance(refusal, InvalidError) else {}
        sentence = "" if problems else refusal.sentence
        return proof_page(*_find(demand_id, fact_id), problems, request.form, sentence), refusal.status
    return _leave(demand_id, file, done, fact_id if back_to_proof else None)


def _leave(demand_id: int, file: FamilyFile, done: str, fact_id: int | None = None) -> ResponseReturnValue:
    complete = recount_papers(file)
    commit()
    flash(f"{done} {COMPLETE}" if complete else done, "success")
    if fact_id is not None:
        return redirect(url_for("papers.proof", demand_id=demand_id, fact_id=fact_id), 303)
    return redirect(url_for("papers.page", demand_id=demand_id), 303)


def _open(demand_id: int, *, lock: bool = False) -> FamilyFile:
    file = open_file(db(), demand_id, person(), RIGHT, day(at()), lock=lock)
    if file is None:
        raise not_for_them("demand", demand_id)
    return file


def _find(demand_id: int, fact_id: int, *, lock: bool = False) -> tuple[FamilyFile, Fact]:
    file = _open(demand_id, lock=lock)
    fact = file.fact(fact_id)
    if fact is None or not may_read(fact.kind):
        raise not_for_them("fact", fact_id)
    return file, fact


def _by(demand_id: int) -> Handling:
    return Handling(person(), at(), ("demand", demand_id))


def _seen() -> str | None:
    return request.form.get("seen", "")


def _brought() -> BroughtEntry:
    return BroughtEntry(request.form.get("paper", ""), _date("dated"))


def _sent() -> SentFile | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    with sent.stream:
        return SentFile(sent.filename, sent.mimetype, sent.read())


def _date(field: str) -> date | None:
    typed = request.form.get(field, "").strip()
    try:
        return french.parse_date(typed) if typed else None
    except ValueError as refusal:
        raise InvalidError({field: str(refusal)}) from refusal
