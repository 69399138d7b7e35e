"""The proposals' blueprint, alone so that each file of the folder may give it its routes."""

from flask import Blueprint

bp = Blueprint("proposals", __name__)
