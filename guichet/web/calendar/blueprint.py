"""The calendars' blueprint, alone so that each file of the folder may give it its routes."""

from flask import Blueprint

bp = Blueprint("campaigns", __name__)
"""The pages of a year of commissions: its campaigns, their computations, what members answer, what is published."""
