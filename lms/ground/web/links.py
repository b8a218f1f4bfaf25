"""Links from one room to another: shown to whoever may follow them."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from lms.ground.access import Permission, may


def link(endpoint: str, **values: Any) -> str:
    """The address of a page, or "" where the person at this request may not open it.

    A room that is not in the house has no page either.
    """
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return ""
    declared = str(getattr(view, "access", "public"))
    needed = [Permission(word) for word in declared.split()[1:]]
    return url_for(endpoint, **values) if not needed or any(map(may, needed)) else ""
