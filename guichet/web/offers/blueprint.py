"""The pages of the offers and of the freed seats share one blueprint."""

from flask import Blueprint

bp = Blueprint("offers", __name__)
