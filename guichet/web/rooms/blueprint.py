"""The rooms where commissions meet, the travel between them, and the teams who travel."""

from flask import Blueprint

bp = Blueprint("rooms", __name__, url_prefix="/calendrier/salles")
