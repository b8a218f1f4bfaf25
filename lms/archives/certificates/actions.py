"""Issuing certificates, and asking for them to be printed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from itertools import count

from courses.cohorts.models import Cohort
from courses.cohorts.queries import lock_cohort
from courses.cohorts.rules import CohortStage
from lms.archives.certificates import queries
from lms.archives.certificates.models import Certificate
from lms.archives.certificates.rules import CHECK_ALPHABET, CHECK_LENGTH, certificate_number
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from lms.ground.norms import queries as norms

KIND = "certificates.print"


def issue(*, cohort: Cohort, by: Actor, at: datetime) -> list[Certificate]:
    """Give a certificate to everybody of a closed cohort who is entitled and has none yet.

    Numbered on from those that are issued, in the order of the learner numbers; issued again,
    nothing is doubled. Refused before the cohort is closed, and when nobody is entitled.
    """
    lock_cohort(cohort.id)
    if cohort.stage is not CohortStage.CLOSED:
        raise Refused(f"“{cohort.title}”还没有结班，结班之后才能发结业证书。")
    everybody = queries.of_cohort(cohort.id)
    entitled = [one for one in everybody if not one.obstacle]
    if not entitled:
        raise Refused("没有可以发证的学员：鉴定评定并且合格的学员才能发证。")
    numbers = _numbers(cohort, at=at, after=sum(one.certificate is not None for one in everybody))
    made = [
        Certificate(
            enrolment_id=one.enrolment.id,
            number=next(numbers),
            check_code="".join(secrets.choice(CHECK_ALPHABET) for _ in range(CHECK_LENGTH)),
            issued_on=local(at).date(),
            issued_by=by.name,
        )
        for one in entitled
        if one.certificate is None
    ]
    session.add_all(made)
    if made:
        told = f"为“{cohort.title}”发结业证书{len(made)}本，{made[0].number}至{made[-1].number}"
        record("certificates.issue", cohort, told, by=by, at=at, number=len(made))
    return made


def ask_to_print(*, cohort: Cohort, by: Account, at: datetime) -> Job:
    """Have the certificates of the cohort printed in the background; Refused without any."""
    if not queries.certificates(cohort.id):
        raise Refused(f"“{cohort.title}”还没有发结业证书，请先发证。")
    return jobs.enqueue(KIND, owner_id=by.id, at=at, cohort_id=cohort.id)


def _numbers(cohort: Cohort, *, at: datetime, after: int) -> Iterator[str]:
    """The numbers of the cohort's further certificates, by the norms in force."""
    today, scope = local(at).date(), cohort.programme.code
    pattern = norms.text("certificate.number_pattern", on=today, scope=scope)
    school = norms.text("certificate.school_mark", on=today, scope=scope)
    for seq in count(after + 1):
        yield certificate_number(
            pattern,
            school=school,
            year=cohort.ends_on.year,
            programme=scope,
            number=cohort.number,
            seq=seq,
        )
