"""The pages of the commissions share one blueprint."""

from flask import Blueprint

bp = Blueprint("commissions", __name__, url_prefix="/commissions")
