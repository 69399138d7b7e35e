"""Calm: the papers a family may be asked for, and what a file sent as a paper must be.

What is only looked at is not kept (minimisation, GDPR article 5-1-c): identity papers, tax notices and
judgments leave « checked on, by » and no file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guichet.core.errors import InvalidError
from guichet.core.months import add_months

MAX_BYTES = 8 * 1024 * 1024
LONGEST_FILENAME = 120

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ACCEPTED = (PDF, JPEG, PNG)
"""The value of the `accept` attribute of the field, too."""

# What a browser of the field or an old scanner declares for the same content.
_SAME_TYPE = {"image/jpg": JPEG, "image/pjpeg": JPEG, "application/x-pdf": PDF, "image/x-png": PNG}
_UNDECLARED = ("", "application/octet-stream")
_EXTENSIONS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"), PNG: (".png",)}
_NAMES = {PDF: "un PDF", JPEG: "une photo JPEG", PNG: "une image PNG"}
_ENDS = {PDF: (b"%%EOF", 2048), JPEG: (b"\xff\xd9", 1024), PNG: (b"IEND\xaeB`\x82", 64)}


@dataclass(frozen=True)
class Paper:
    """A kind of paper. `months` of validity from its own date, None when it does not age.

    `keep_copy` says whether its file may be stored; `proves` are the kinds of facts it may prove.
    """

    code: str
    label: str
    months: int | None
    keep_copy: bool
    proves: tuple[str, ...]


FACTS = {
    "identity": "identité d’un parent",
    "birth": "naissance de l’enfant",
    "pregnancy": "naissance attendue",
    "adoption": "adoption",
    "residence": "adresse",
    "future_residence": "emménagement prévu",
    "hosted": "hébergement chez un tiers",
    "work": "activité professionnelle",
    "training": "études ou formation",
    "job_seeking": "recherche d’emploi",
    "insertion": "parcours d’insertion",
    "benefit": "minimum social",
    "resources": "ressources du foyer",
    "single_parent": "parent seul",
    "custody": "garde séparée",
    "special_care": "besoin d’une attention particulière",
    "referral": "orientation par un service social ou la PMI",
    "sibling": "frère ou sœur déjà accueilli",
}
"""What a family may declare, in the words of the screens."""

PAPERS = (
    Paper("identity", "Pièce d’identité", None, False, ("identity",)),
    Paper("birth_certificate", "Acte de naissance ou livret de famille", None, True, ("birth", "single_parent")),
    Paper("pregnancy_certificate", "Certificat de grossesse avec la date prévue", 10, True, ("pregnancy",)),
    Paper("adoption_decision", "Décision de placement en vue d’adoption", None, False, ("adoption",)),
    Paper("address_proof", "Justificatif de domicile de moins de 3 mois", 3, True, ("residence", "future_residence")),
    Paper("host_statement", "Attestation d’hébergement et justificatif de l’hébergeur", 3, True, ("hosted", "residence")),
    Paper("lease_or_deed", "Bail ou acte d’achat du futur logement", 12, True, ("future_residence",)),
    Paper("employer_certificate", "Attestation d’employeur ou dernier bulletin de salaire", 6, True, ("work",)),
    Paper("business_certificate", "Justificatif d’activité indépendante", 12, True, ("work",)),
    Paper("training_certificate", "Certificat de scolarité ou de formation", 12, True, ("training",)),
    Paper("job_seeker_certificate", "Attestation France Travail", 3, True, ("job_seeking", "insertion")),
    Paper("insertion_certificate", "Attestation du référent du parcours d’insertion", 6, True, ("insertion",)),
    Paper("benefit_certificate", "Attestation de droit à un minimum social (RSA, ASS ou AAH)", 3, True, ("benefit",)),
    Paper("caf_certificate", "Attestation Caf ou MSA avec le quotient familial", 3, True, ("resources", "single_parent")),
    Paper("tax_notice", "Avis d’impôt", 12, False, ("resources",)),
    Paper("custody_judgment", "Jugement ou convention sur la garde", None, False, ("custody", "single_parent")),
    Paper("special_care_certificate", "Attestation qu’une attention particulière est nécessaire, sans le motif", 12, False, ("special_care",)),
    Paper("referral_letter", "Courrier du professionnel qui oriente la famille", 6, True, ("referral",)),
    Paper("attendance_certificate", "Attestation d’accueil du frère ou de la sœur", 12, True, ("sibling",)),
)  # fmt: skip
BY_CODE = {paper.code: paper for paper in PAPERS}


def papers_for(fact: str) -> tuple[Paper, ...]:
    """The papers that may prove a fact, the usual one first."""
    return tuple(paper for paper in PAPERS if fact in paper.proves)


def valid_until(paper: Paper, dated: date) -> date | None:
    """The last day on which a paper of that date proves something; None when it does not age."""
    return None if paper.months is None else add_months(dated, paper.months)


def sniff(content: bytes) -> str | None:
    """The type that the first bytes show: a PDF, a JPEG or a PNG; None for anything else."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return None


def check_upload(
    filename: str, declared_type: str, content: bytes, max_bytes: int = MAX_BYTES, field: str = "paper"
) -> str:
    """The true type of an uploaded paper. Raises InvalidError with one sentence, at `field`.

    The name, the declared type and the content must agree: a program renamed in .pdf is refused, and so is
    a file cut short on the way.
    """
    sentence = _refusal(filename, declared_type, content, max_bytes)
    found = sniff(content)
    if sentence or found is None:
        raise InvalidError({field: sentence or "Ce fichier n’est ni un PDF, ni une image JPEG ou PNG."})
    return found


def check_kept(paper: Paper, field: str = "paper") -> None:
    """Raises InvalidError when the file of this kind of paper must not be stored."""
    if not paper.keep_copy:
        raise InvalidError(
            {
                field: f"« {paper.label} » : regardez ce document sans en garder de copie, puis notez que vous "
                "l’avez vérifié."
            }
        )


def documents(asked: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The documents to bring, as a family reads them, each once: one document may prove several facts.

    `asked` are (code of the paper, name of the adult it is about), the name empty where it goes without saying.
    """
    labels = ((BY_CODE[code].label if code in BY_CODE else code, who) for code, who in asked if code)
    return tuple(dict.fromkeys(f"{label} ({who})" if who else label for label, who in labels))


def missing(facts: Iterable[str], received: Iterable[str]) -> tuple[str, ...]:
    """The facts that no received paper proves, in the order they were declared, each once."""
    proved = {fact for code in received if code in BY_CODE for fact in BY_CODE[code].proves}
    return tuple(dict.fromkeys(fact for fact in facts if papers_for(fact) and fact not in proved))


def _refusal(filename: str, declared_type: str, content: bytes, max_bytes: int) -> str | None:
    if not content:
        return "Ce fichier est vide."
    if len(content) > max_bytes:
        return f"Ce fichier est trop lourd : {max_bytes // (1024 * 1024)} Mo au plus."
    if len(filename) > LONGEST_FILENAME:
        return f"Le nom de ce fichier est trop long : {LONGEST_FILENAME} caractères au plus."
    found = sniff(content)
    if found is None:
        return "Ce fichier n’est ni un PDF, ni une image JPEG ou PNG."
    declared = declared_type.partition(";")[0].strip().lower()
    agreed = declared in _UNDECLARED or _SAME_TYPE.get(declared, declared) == found
    if not agreed or not filename.lower().endswith(_EXTENSIONS[found]):
        return f"Ce fichier n’est pas ce que son nom annonce : il contient {_NAMES[found]}."
    end, within = _ENDS[found]
    if end not in content[-within:]:
        return "Ce fichier est incomplet : l’envoi a peut-être été coupé. Envoyez-le de nouveau."
    return None
