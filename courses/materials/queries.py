"""Reading materials.

This room knows owners and the office. Which instructor teaches a course, and which learners
have it, is known above: faculty and cohorts decide that in their own SQL and ask here by id.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import joinedload

from courses.materials.models import Material
from courses.materials.rules import MaterialState
from lms.ground.access import Permission as P
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.uploads.models import Upload


def material_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Material: the office sees all, everybody else what they handed in."""
    return true() if P.PLAN in account.permissions else Material.owner_id == account.id


def materials(
    account: Account,
    *,
    search: str = "",
    course_id: int | None = None,
    state: MaterialState | None = None,
    page: int | None = None,
) -> Page[Material]:
    """What `account` may see, the latest first, with course and file."""
    statement = _loaded().where(material_scope(account))
    statement = statement.order_by(Material.submitted_at.desc(), Material.id.desc())
    if search:
        statement = statement.where(Material.title.ilike(f"%{search}%"))
    if course_id is not None:
        statement = statement.where(Material.course_id == course_id)
    if state is not None:
        statement = statement.where(Material.state == state)
    return paginate(statement, number=page)


def get_material(material_id: int, account: Account) -> Material:
    """The material with course and file, or Missing for whoever may not see it."""
    material = session.scalar(_loaded().where(Material.id == material_id, material_scope(account)))
    if material is None:
        raise Missing("这份资料")
    return material


def find_same(course_id: int, owner_id: int, sha256: str) -> Material | None:
    """The same file handed in by the same person for the same course, and not returned."""
    return session.scalar(
        _loaded()
        .join(Material.upload)
        .where(
            Material.course_id == course_id,
            Material.owner_id == owner_id,
            Material.state != MaterialState.RETURNED,
            Upload.sha256 == sha256,
        )
    )


def approved_for(course_ids: list[int]) -> list[Material]:
    """What is approved for these courses, by course and title."""
    statement = (
        _loaded()
        .where(Material.course_id.in_(course_ids), Material.state == MaterialState.APPROVED)
        .order_by(Material.course_id, Material.title)
    )
    return list(session.scalars(statement))


def _loaded() -> Select[Material]:
    return select(Material).options(joinedload(Material.course), joinedload(Material.upload))
