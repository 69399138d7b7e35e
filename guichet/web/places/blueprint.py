"""The pages of the offer and of its places share one blueprint."""

from flask import Blueprint

bp = Blueprint("places", __name__)
