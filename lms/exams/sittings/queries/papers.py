"""Reading the papers that exams are held on, and what is on those that are still open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from lms.exams.sittings.models import Exam, Sitting
from lms.ground.db import session
from lms.ground.errors import Missing
from question_bank.items.models import Item, ItemVersion
from question_bank.items.queries import keeps_secret
from question_bank.papers.models import Paper, Slot, Variant


def sealed_papers() -> list[Paper]:
    """The papers that an exam can be held on, the latest first."""
    sealed = select(Paper).where(_in_use())
    return list(session.scalars(sealed.order_by(Paper.sealed_at.desc())))


def get_sealed_paper(paper_id: int) -> Paper:
    """A sealed paper that is not retired, or Missing."""
    found = session.scalar(select(Paper).where(Paper.id == paper_id, _in_use()))
    if found is None:
        raise Missing("这份已封存的试卷")
    return found


def is_retired(paper_id: int) -> bool:
    """Was the paper taken out of use?"""
    wanted = select(Paper.id).where(Paper.id == paper_id, Paper.retired_at.is_not(None))
    return session.scalar(wanted) is not None


def _in_use() -> ColumnElement[bool]:
    return and_(Paper.sealed_at.is_not(None), Paper.retired_at.is_(None))


def variant_ids(paper_id: int) -> list[int]:
    """The variants of a paper, A before B."""
    wanted = select(Variant.id).where(Variant.paper_id == paper_id).order_by(Variant.code)
    return list(session.scalars(wanted))


@keeps_secret
def on_an_open_paper(at: datetime) -> ColumnElement[bool]:
    """The Item stands, in any version, on a sealed paper whose exam is not over: one that nobody
    has sat yet and that is not retired, or that somebody still may."""
    of_paper = and_(Sitting.exam_id == Exam.id, Exam.paper_id == Paper.id)
    standing = Exam.withdrawal_id.is_(None)
    sat = exists().where(of_paper, standing, Sitting.closes_at <= at)
    still = exists().where(of_paper, standing, Sitting.closes_at > at)
    placed = (
        select(ItemVersion.item_id)
        .join(Slot, Slot.item_version_id == ItemVersion.id)
        .join(Variant, Variant.id == Slot.variant_id)
        .join(Paper, Paper.id == Variant.paper_id)
        .where(Paper.sealed_at.is_not(None), or_(and_(~sat, Paper.retired_at.is_(None)), still))
    )
    return Item.id.in_(placed)
