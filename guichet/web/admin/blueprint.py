"""The administration's pages, in three files: accounts, settings, traces."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/administration")
