"""The blueprint that all pages of sittings hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("sittings", __name__, template_folder="../templates")
