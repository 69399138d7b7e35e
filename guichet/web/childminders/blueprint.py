"""The pages of the childminders: the register, its sheet, and the track of one demand."""

from flask import Blueprint

bp = Blueprint("childminders", __name__)
