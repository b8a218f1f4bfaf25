"""The blueprint that all pages of marking hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("marking", __name__, template_folder="../templates")
