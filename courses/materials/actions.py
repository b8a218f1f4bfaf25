"""Handing in materials and reviewing them."""

from __future__ import annotations

from datetime import datetime

from courses.catalogue.models import Course
from courses.materials import queries
from courses.materials.models import Material
from courses.materials.rules import MATERIAL_STATE_NAMES, MaterialState, review_fault
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.uploads import media
from lms.ground.uploads.actions import store
from lms.ground.uploads.delivery import expect
from lms.ground.uploads.shelf import Readable

# What courseware is made of; programs and archives are not handed out to learners.
WELCOME = (
    media.PPTX, media.PPT, media.PDF, media.DOCX, media.DOC, media.XLSX, media.XLS, media.ODP,
    media.ODT, media.OFD, media.PNG, media.JPEG, media.MP4, media.WEBM, media.MP3, media.M4A,
    media.WAV, media.TEXT,
)  # fmt: skip


def submit(
    *,
    course: Course,
    title: str,
    content: bytes | Readable,
    name: str,
    owner_id: int,
    by: Actor,
    at: datetime,
) -> Material:
    """Hand in a file for a course, for review; the same file handed in again is the same row.

    `name` is the file's own. Refused for empty, too large or unsuitable files.
    """
    upload = store(content, name=name, owner_id=owner_id, at=at)
    expect(upload, WELCOME)
    known = queries.find_same(course.id, owner_id, upload.sha256)
    if known is not None:
        return known
    material = Material(
        course=course, title=title, upload=upload, owner_id=owner_id, submitted_at=at
    )
    session.add(material)
    sentence = f"为《{course.title}》上传了资料“{title}”"
    record("materials.submit", material, sentence, by=by, at=at, sha256=upload.sha256)
    return material


def review(
    *,
    material: Material,
    to: MaterialState,
    remark: str,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Approve a material or return it with a remark; Conflict on a stale form."""
    material.edited_from(seen)
    fault = review_fault(material.state, to, remark)
    if not fault and by.id == material.owner_id:
        fault = "不能审核自己上传的资料，请由其他人审核。"
    if fault:
        raise Refused(fault)
    material.state, material.remark = to, remark
    material.reviewed_by, material.reviewed_at = by.name, at
    sentence = f"资料“{material.title}”{MATERIAL_STATE_NAMES[to]}"
    record("materials.review", material, sentence, by=by, at=at, remark=remark)
