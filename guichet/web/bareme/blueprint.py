"""The pages of the barème: reading, drafts, criteria, force, and the laboratory."""

from flask import Blueprint

bp = Blueprint("bareme", __name__, url_prefix="/bareme")
