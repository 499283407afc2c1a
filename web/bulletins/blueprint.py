"""The blueprint that the parts of the bulletins' pages hang on."""

from flask import Blueprint

from web import measures

pages = Blueprint("bulletins", __name__, url_prefix="/ban-tin")
pages.context_processor(measures.for_templates)
