"""The test people are who they are said to be."""

from __future__ import annotations

from flask import Flask

from lms.ground.access import ROLE_NAMES, Role
from lms.ground.accounts.queries import load_user
from lms.ground.db import session
from lms.ground.people.queries import find_person_of, visible_people
from tests import cast


def test_there_is_one_member_of_the_cast_for_every_role(context: None) -> None:
    roles = {role: member().roles for role, member in cast.EVERYBODY.items()}
    assert roles == {role: frozenset({role}) for role in ROLE_NAMES}


def test_a_member_asked_for_twice_is_the_same_account(context: None) -> None:
    assert cast.office().id == cast.office().id


def test_a_browser_of_the_cast_is_logged_in(app: Flask) -> None:
    client = cast.browser(app, cast.learner)
    with client.session_transaction() as browser:
        user_id = browser["_user_id"]
    with app.app_context():
        account = load_user(user_id)
        assert account is not None
        assert account.roles == frozenset({Role.LEARNER})


def test_the_unit_administrator_sees_the_learner_and_not_the_other_one(context: None) -> None:
    learner, other = find_person_of(cast.learner()), find_person_of(cast.other_learner())
    seen = session.scalars(visible_people(cast.unit_admin())).unique().all()
    assert (learner in seen, other in seen) == (True, False)
