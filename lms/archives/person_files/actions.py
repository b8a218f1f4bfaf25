"""Filing the register of a person."""

from __future__ import annotations

from datetime import datetime

from lms.archives.person_files import queries
from lms.archives.person_files.models import PersonFile
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from lms.ground.people.models import Person
from lms.ground.uploads.actions import store

KIND = "person_files.file"


def ask(*, person: Person, by: Account, at: datetime) -> Job:
    """Have the register of a person printed and filed; asked twice, it is the same job."""
    known = queries.find_open_job(KIND, person.id)
    if known is not None and known.owner_id == by.id:
        return known
    return jobs.enqueue(KIND, owner_id=by.id, at=at, person_id=person.id)


def file(
    *, person: Person, title: str, content: bytes, owner_id: int, by: Actor, at: datetime
) -> PersonFile:
    """Keep a printed register as it is on this day."""
    name = f"{person.name}{title}-{local(at):%Y%m%d}.pdf"
    upload = store(content, name=name, owner_id=owner_id, at=at)
    made = PersonFile(
        person_id=person.id, title=title, upload=upload, filed_by=by.name, filed_at=at
    )
    session.add(made)
    record("person_files.file", made, f"归档{person.name}的{title}", by=by, at=at)
    return made
