"""The blueprint that the parts of the timetable's pages hang on."""

from flask import Blueprint

pages = Blueprint("timetable", __name__, url_prefix="/lich-phat")
