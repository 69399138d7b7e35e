"""The pages where members say when they are free, and where the coordination reads who said what."""

from flask import Blueprint

bp = Blueprint("availability", __name__)
