"""How hard items proved to be, for whoever assembles papers."""

from __future__ import annotations

from sqlalchemy import func, select

from lms.ground.db import session
from question_bank.analysis.models import ItemStatistic


def observed(*, least: int) -> dict[int, int]:
    """The facility of every item version that at least so many candidates had, over all
    occasions, in thousandths: Σ P·n / Σ n."""
    sat = func.sum(ItemStatistic.candidates)
    earned = func.sum(
        ItemStatistic.facility * ItemStatistic.candidates, type_=ItemStatistic.facility.type
    )
    rows = session.execute(
        select(ItemStatistic.item_version_id, earned, sat)
        .group_by(ItemStatistic.item_version_id)
        .having(sat >= least)
    )
    return {version_id: int(1000 * gained / number) for version_id, gained, number in rows}
