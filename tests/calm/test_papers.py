from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.errors import InvalidError
from guichet.families.papers import (
    BY_CODE,
    FACTS,
    MAX_BYTES,
    PAPERS,
    check_kept,
    check_upload,
    missing,
    papers_for,
    sniff,
    valid_until,
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + bytes(40) + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40) + b"IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("filename", "declared", "content", "found"),
    [
        ("acte.pdf", "application/pdf", PDF, "application/pdf"),
        ("ACTE.PDF", "application/pdf; charset=binary", PDF, "application/pdf"),
        ("photo.jpeg", "image/jpeg", JPEG, "image/jpeg"),
        ("photo.jpg", "image/jpg", JPEG, "image/jpeg"),
        ("scan.png", "image/png", PNG, "image/png"),
        ("scan.png", "", PNG, "image/png"),
        ("scan.png", "application/octet-stream", PNG, "image/png"),
    ],
)
def test_a_paper_that_is_what_it_says_is_taken(
    filename: str, declared: str, content: bytes, found: str
) -> None:
    assert check_upload(filename, declared, content) == found


@pytest.mark.parametrize(
    ("filename", "declared", "content", "words"),
    [
        ("vide.pdf", "application/pdf", b"", "vide"),
        ("lourd.pdf", "application/pdf", PDF + bytes(MAX_BYTES), "8 Mo au plus"),
        ("acte.pdf", "application/pdf", JPEG, "il contient une photo JPEG"),
        ("photo.jpg", "image/jpeg", PDF, "il contient un PDF"),
        ("photo.jpg", "image/png", JPEG, "n’est pas ce que son nom annonce"),
        ("acte.exe", "application/pdf", PDF, "n’est pas ce que son nom annonce"),
        ("acte", "application/pdf", PDF, "n’est pas ce que son nom annonce"),
        ("acte.pdf.html", "application/pdf", PDF, "n’est pas ce que son nom annonce"),
        ("acte.pdf", "application/pdf", b"MZ\x90\x00" + bytes(60), "ni un PDF, ni une image"),
        ("page.pdf", "text/html", b"<html>%PDF-", "ni un PDF, ni une image"),
        ("image.svg", "image/svg+xml", b"<svg/>", "ni un PDF, ni une image"),
        ("acte.pdf", "application/pdf", PDF[:-8], "incomplet"),
        ("photo.jpg", "image/jpeg", JPEG[:-2], "incomplet"),
        ("scan.png", "image/png", PNG[:-4], "incomplet"),
        ("a" * 200 + ".pdf", "application/pdf", PDF, "trop long"),
    ],
)
def test_a_paper_that_is_not_what_it_says_is_refused(
    filename: str, declared: str, content: bytes, words: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        check_upload(filename, declared, content, field="file")
    assert words in refusal.value.problems["file"]


@given(st.binary(max_size=200))
def test_any_content_is_either_recognised_or_refused(content: bytes) -> None:
    try:
        assert check_upload("acte.pdf", "application/pdf", content) == sniff(content) == "application/pdf"
    except InvalidError as refusal:
        assert list(refusal.problems) == ["paper"]


def test_identity_papers_tax_notices_and_judgments_are_looked_at_and_not_kept() -> None:
    for code in (
        "identity",
        "tax_notice",
        "custody_judgment",
        "special_care_certificate",
        "adoption_decision",
    ):
        with pytest.raises(InvalidError, match="sans en garder de copie"):
            check_kept(BY_CODE[code])
    check_kept(BY_CODE["address_proof"])


def test_every_fact_may_be_proved_and_every_paper_proves_something() -> None:
    assert len(BY_CODE) == len(PAPERS)
    assert {fact for paper in PAPERS for fact in paper.proves} == set(FACTS)
    assert all(papers_for(fact) for fact in FACTS)


def test_no_code_nor_word_tells_the_nature_of_a_handicap() -> None:
    said = " ".join([*FACTS.values(), *(paper.label for paper in PAPERS), *FACTS, *BY_CODE]).lower()
    assert not any(word in said for word in ("handicap", "maladie", "diagnos", "mdph", "sexe"))


def test_a_paper_ages_by_whole_months_and_some_never_do() -> None:
    assert valid_until(BY_CODE["address_proof"], date(2026, 11, 30)) == date(2027, 2, 28)
    assert valid_until(BY_CODE["birth_certificate"], date(2026, 11, 30)) is None


def test_a_fact_is_missing_until_one_of_its_papers_has_come() -> None:
    declared = ["residence", "work", "single_parent", "work"]
    assert missing(declared, []) == ("residence", "work", "single_parent")
    assert missing(declared, ["employer_certificate", "caf_certificate"]) == ("residence",)
    assert missing(declared, ["unknown_paper"]) == ("residence", "work", "single_parent")
