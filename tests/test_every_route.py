"""Every address × every role: whoever lacks what the view declares is refused before anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from lms.ground.access import ROLE_PERMISSIONS, Permission, Role
from lms.ground.web.menu import MENU
from tests import cast


def _addresses(app: Flask) -> Iterator[tuple[str, str, frozenset[Permission] | None]]:
    """`(method, address, permissions)`; None for views that are open to everybody."""
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], "access", "public")
        needed = (
            None
            if declared == "public"
            else frozenset(Permission(word) for word in declared.split()[1:])
        )
        address = re.sub(r"<[^>]+>", "1", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield method, address, needed


def test_strangers_are_sent_to_the_log_in(app: Flask) -> None:
    client = app.test_client()
    for method, address, needed in _addresses(app):
        if needed is not None:
            answer = client.open(address, method=method)
            assert answer.status_code == (302 if method == "GET" else 401), f"{method} {address}"


def test_nothing_is_written_without_the_token_of_a_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client = cast.browser(app, cast.office)
    elsewhere = {"Origin": "https://elsewhere.example", "Accept": "application/json"}
    statuses = {
        address: client.open(address, method=method, json={}, headers=elsewhere).status_code
        for method, address, _ in _addresses(app)
        if method != "GET"
    }
    assert {one: status for one, status in statuses.items() if status != 400} == {}
    assert len(statuses) > 100


@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_what_it_may_not(app: Flask, role: Role) -> None:
    held = ROLE_PERMISSIONS[role] | {Permission.USE_ACCOUNT}
    client = cast.browser(app, cast.EVERYBODY[role])
    refused = 0
    for method, address, needed in _addresses(app):
        if needed is not None and not needed & held:
            answer = client.open(address, method=method)
            assert answer.status_code == 403, f"{method} {address} as {role}: {answer.status_code}"
            refused += 1
    assert refused > 10


def test_the_menu_shows_what_may_be_opened(app: Flask) -> None:
    entries = {entry.endpoint: entry.permissions for group in MENU for entry in group.entries}
    declared = {name: getattr(app.view_functions[name], "access", "") for name in entries}
    shown = {name: "allow " + " ".join(sorted(entries[name])) for name in entries}
    assert shown == declared
