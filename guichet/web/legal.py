"""The pages that the law asks for, reachable from every page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from guichet.web.door import open_to_all

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
    """One of the four."""
    return render_template(PAGES[page])
