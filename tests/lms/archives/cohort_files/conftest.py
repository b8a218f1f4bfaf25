"""A house in which a cohort was filed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from lms.archives.cohort_files import actions
from lms.ground import db
from lms.ground.clock import now
from lms.ground.jobs.worker import run_pending
from tests import cast, make
from tests.conftest import House
from tests.lms.archives import past


@pytest.fixture(scope="module")
def filed(house: House) -> Iterator[Flask]:
    """One cohort filed once and another one not, for tests that only read."""
    house.renew()
    with house.app.app_context(), db.transaction():
        story = past.cohort_over()
        actions.begin(cohort=story.cohort, by=cast.office(), at=now())
        make.cohort(number=9, title="知行学堂第9期")
    run_pending(house.app)
    yield house.app
    house.renew()
