"""Closing a cohort."""

from __future__ import annotations

from datetime import datetime

from courses.cohorts.actions import take_step
from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from courses.cohorts.rules import CohortStage
from lms.archives.closing import queries
from lms.archives.closing.models import Closure
from lms.archives.closing.rules import blocking, checks
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused


def close(*, cohort: Cohort, by: Actor, at: datetime) -> Closure:
    """Close the cohort and keep the list as it was; Refused with everything that is still open.

    Closed again, the first closing is returned.
    """
    lock_cohort(cohort.id)
    known = queries.find_closure(cohort.id)
    if known is not None:
        return known
    found = checks(queries.facts(cohort, at=at))
    reasons = blocking(found)
    if reasons:
        raise Refused(*reasons)
    take_step(cohort=cohort, to=CohortStage.CLOSED, by=by, at=at)
    closure = Closure(
        cohort_id=cohort.id,
        closed_by=by.name,
        closed_at=at,
        checks=[check.plain() for check in found],
    )
    session.add(closure)
    warned = sum(not check.is_done for check in found)
    told = f"“{cohort.title}”结班" + (f"，有{warned}项提醒" if warned else "")
    record("closing.close", closure, told, by=by, at=at, cohort=cohort.id)
    return closure
