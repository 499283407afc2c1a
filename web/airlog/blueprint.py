"""The blueprint that the parts of the air log's pages hang on."""

from flask import Blueprint

pages = Blueprint("airlog", __name__, url_prefix="/nhat-ky")
