"""Answer files as a page makes them, and a sitting for a sheet."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from flask import Flask

from lms.exams.attempts.models import Attempt
from lms.exams.attempts.rules.doors import file_key
from lms.exams.sittings.models import Candidate, Invigilator, Sitting
from lms.ground import db
from lms.ground.people.models import Person
from lms.ground.vault import sign
from tests import cast, make

KEPT_AT = 1_795_000_000_000


def sealed(attempt_id: int, *steps: tuple[int, int, int, Any], **told: Any) -> bytes:
    """A file of this sheet with steps `(lease, seq, number, value)`."""
    named = [dict(zip(("lease", "seq", "number", "value"), one, strict=True)) for one in steps]
    return envelope(attempt_id, {"kept_at": KEPT_AT, "steps": named, "takes": [], **told})


def envelope(attempt_id: int, content: object, *, about: str = "", **changed: Any) -> bytes:
    cipher = ChaCha20Poly1305(bytes.fromhex(sign(file_key(attempt_id))))
    nonce, text = os.urandom(12), json.dumps(content).encode()
    named = about or f"fengxue-answers-1 {attempt_id}"
    closed = base64.b64encode(nonce + cipher.encrypt(nonce, text, named.encode())).decode()
    told = {"format": "fengxue-answers-1", "attempt": attempt_id, "sealed": closed, **changed}
    return json.dumps(told).encode()


def sitting_of(app: Flask, attempt_id: int) -> int:
    """A sitting in which this sheet is the only one, watched over by the cast's invigilator."""
    with app.app_context(), db.transaction() as session:
        sheet = session.get_one(Attempt, attempt_id)
        person = session.get_one(Person, sheet.person_id)
        cohort = make.cohort()
        sitting = Sitting(
            exam=make.exam(cohort),
            opens_at=sheet.opens_at,
            closes_at=sheet.closes_at,
            minutes=sheet.minutes,
            prepared_at=sheet.opens_at,
            candidates=[Candidate(enrolment=make.enrolment(cohort, person), attempt=sheet, seat=1)],
            invigilators=[Invigilator(account=cast.invigilator())],
        )
        session.add(sitting)
        session.flush()
        return sitting.id
