"""The standing texts of a past cohort (学员守则、请假制度、告知书) come along when it is held again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from courses.series.queries import Ahead, Companion, Copied, comes_along
from courses.series.rules import Extra, Pointer, all_made
from lms.archives.cohort_files import actions
from lms.archives.cohort_files.models import Enclosure
from lms.archives.cohort_files.queries import filings, records
from lms.archives.cohort_files.rules.contents import RULES
from lms.ground.audit.actions import Actor
from lms.ground.words import word

KEY = "rules:"


def preview(ahead: Ahead) -> list[Extra]:
    """Every text of the source that stands at 学员守则 in its file."""
    return [_extra(one) for one in _texts(ahead)]


def take(copied: Copied, keys: Collection[str]) -> list[int]:
    """The same texts for the file of the new cohort."""

    def copy(text: Enclosure) -> int:
        return actions.copy(text, cohort=copied.cohort, by=copied.by, at=copied.at).id

    return all_made((one for one in _texts(copied.ahead) if _key(one) in keys), copy)


def give_back(numbers: Collection[int], by: Actor, at: datetime) -> None:
    """Take them out again, as far as they are still there."""
    for text in filings.enclosures_by_id(numbers):
        actions.take_out(enclosure=text, by=by, at=at)


def _texts(ahead: Ahead) -> list[Enclosure]:
    return [one for one in records.enclosures(ahead.source.id) if one.entry == RULES]


def _extra(text: Enclosure) -> Extra:
    see = Pointer(word("看原文"), "cohort_files.enclosure", {"enclosure_id": text.id})
    cautions = ("原文照搬，里面的日期、人名要自己核对。",)
    return Extra(_key(text), f"《{text.title}》", cautions, see=see)


def _key(text: Enclosure) -> str:
    return f"{KEY}{text.id}"


comes_along(
    Companion("rules", word("班规（学员守则、请假制度、告知书）"), preview, take, give_back)
)
