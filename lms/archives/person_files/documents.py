"""党员教育培训登记表 (for others 干部教育培训登记表) of one person, with the reviews behind it."""

from __future__ import annotations

from lms.archives.certificates.documents import sheet
from lms.archives.person_files.queries import Record
from lms.ground import pdf
from lms.ground.people.rules import Politics

_MEMBERS = frozenset({Politics.MEMBER, Politics.PROBATIONARY})


def title_of(record: Record) -> str:
    """What the register of this person is called."""
    kind = "党员" if record.person.politics in _MEMBERS else "干部"
    return f"{kind}教育培训登记表"


def register(record: Record, *, school: str) -> bytes:
    """The register and, a page each, the 学员鉴定表 of every cohort with a decided review."""
    title = title_of(record)
    html = sheet(
        "person_files/print_register.html",
        title=f"{record.person.name}{title}",
        school=school,
        heading=title,
        record=record,
        person=record.person,
        reviewed=[one for one in record.completions if one.grade is not None],
    )
    return pdf.render(html, title=f"{record.person.name}{title}")
