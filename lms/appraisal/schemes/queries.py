"""Reading schemes: which one is in force for a programme on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from courses.programmes.models import Programme
from lms.appraisal.schemes.models import Scheme
from lms.appraisal.schemes.rules import PartDraft
from lms.exams.results.rules import Band
from lms.ground.db import session
from lms.ground.errors import Missing


def schemes() -> list[Scheme]:
    """All schemes with programme and parts: the general ones first, the latest first."""
    wanted = _schemes().outerjoin(Scheme.programme)
    order = (Programme.position.is_not(None), Programme.position, Scheme.valid_from.desc())
    return list(session.scalars(wanted.order_by(*order)))


def get_scheme(scheme_id: int) -> Scheme:
    """The scheme with programme and parts, or Missing."""
    scheme = session.scalar(_schemes().where(Scheme.id == scheme_id))
    if scheme is None:
        raise Missing("这个考核方案")
    return scheme


def find_in_force(programme_id: int, *, on: date) -> Scheme | None:
    """The programme's own scheme of that day, else the general one."""
    found = session.scalars(
        _schemes()
        .where(
            or_(Scheme.programme_id == programme_id, Scheme.programme_id.is_(None)),
            Scheme.valid_from <= on,
            or_(Scheme.valid_to.is_(None), Scheme.valid_to > on),
        )
        .order_by(Scheme.programme_id.is_(None), Scheme.valid_from.desc())
        .limit(1)
    )
    return found.one_or_none()


def line(programme_id: int | None) -> Sequence[Scheme]:
    """The schemes of one programme (None: the general ones), the earliest first, locked."""
    same = (
        Scheme.programme_id.is_(None)
        if programme_id is None
        else Scheme.programme_id == programme_id
    )
    wanted = select(Scheme).where(same).order_by(Scheme.valid_from).with_for_update()
    return session.scalars(wanted).all()


def bands_of(scheme: Scheme) -> tuple[Band, ...]:
    """The grade bands of a scheme, best first."""
    return tuple(Band(band["name"], Decimal(band["from"])) for band in scheme.bands)


def parts_of(scheme: Scheme) -> tuple[PartDraft, ...]:
    """The parts of a scheme in their order, with exact weights and rates."""
    return tuple(
        PartDraft(
            part.part, part.weight, {name: Decimal(value) for name, value in part.rates.items()}
        )
        for part in scheme.parts
    )


def _schemes() -> Select[Scheme]:
    return select(Scheme).options(joinedload(Scheme.programme), selectinload(Scheme.parts))
