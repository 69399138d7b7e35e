"""The pages that the law asks for, and help, reachable from every page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from guichet.core import texts
from guichet.demands.delays import DELAYS
from guichet.families import retention
from guichet.web.door import db, open_to_all
from guichet.web.legal_texts import LEGAL_TEXTS

bp = Blueprint("legal", __name__)
PAGES = {
    "mentions-legales": "legal/notices.html",
    "donnees-personnelles": "legal/personal_data.html",
    "accessibilite": "legal/accessibility.html",
    "aide": "legal/help.html",
}


@bp.get("/<any('mentions-legales', 'donnees-personnelles', 'accessibilite', 'aide'):page>")
@open_to_all
def legal(page: str) -> ResponseReturnValue:
    """One of the four, with what the installation says of itself."""
    return render_template(
        PAGES[page],
        said=texts.read(db(), LEGAL_TEXTS),
        labels={item.key: item.label for item in LEGAL_TEXTS},
        closed_years=retention.CLOSED_MONTHS // 12,
        left_years=retention.LEFT_MONTHS // 12,
        paper_days=retention.UNUSED_PAPER_DAYS,
        draft_days=next(item.default for item in DELAYS if item.key == "keep_drafts_days"),
    )
