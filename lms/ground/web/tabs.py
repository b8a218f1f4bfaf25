"""The pages of a cohort, a line for each, in groups by the work that people do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from flask_babel import lazy_gettext as _l

from lms.ground.access import Permission as P
from lms.ground.access import may
from lms.ground.web.links import link

FLAT = 7


class Who(StrEnum):
    """To whom a page is of use: to anybody, to whoever looks after the cohort, or to the others."""

    ANYBODY = "anybody"
    IN_CHARGE = "in_charge"
    OTHERS = "others"


@dataclass(frozen=True)
class Tab:
    """A page; `argument` takes the cohort's number, "" where the page is about oneself.

    `needs`: shown only to whoever has one of these permissions, besides those of the page itself.
    """

    label: str
    endpoint: str
    argument: str = "cohort_id"
    who: Who = Who.ANYBODY
    needs: tuple[P, ...] = ()

    def url(self, cohort_id: int, *, in_charge: bool) -> str:
        """Its address for a cohort, or "" for whom it is not meant at this request."""
        meant = self.who == Who.ANYBODY or (self.who == Who.IN_CHARGE) == in_charge
        if not meant or (self.needs and not any(map(may, self.needs))):
            return ""
        return link(self.endpoint, **({self.argument: cohort_id} if self.argument else {}))


@dataclass(frozen=True)
class TabGroup:
    """Pages under one word; the word is "" where there are too few to be grouped."""

    label: str
    tabs: tuple[Tab, ...]


@dataclass(frozen=True)
class Page:
    """A tab that may be opened: `endpoint` tells it from the others."""

    label: str
    endpoint: str
    url: str


@dataclass(frozen=True)
class PageGroup:
    """The pages of a group that may be opened, at least one."""

    label: str
    pages: tuple[Page, ...]

    def has(self, endpoint: str) -> bool:
        return any(page.endpoint == endpoint for page in self.pages)


OF_A_COHORT: tuple[TabGroup, ...] = (
    TabGroup(
        _l("办班"),
        (
            Tab(_l("概况"), "cohorts.show"),
            Tab(_l("名额分配"), "quotas.show"),
            Tab(_l("开班文书"), "openings.show"),
        ),
    ),
    TabGroup(
        _l("学员"),
        (
            Tab(_l("名册"), "rosters.show", needs=(P.READ_PEOPLE, P.STUDY)),
            Tab(_l("考勤"), "attendance.cohort", who=Who.IN_CHARGE),
            Tab(_l("日常表现"), "conduct.cohort", who=Who.IN_CHARGE),
            Tab(_l("心得体会"), "reflections.index", "cohort", Who.IN_CHARGE),
            Tab(_l("我的考勤"), "attendance.mine", "", Who.OTHERS),
            Tab(_l("我的日常表现"), "conduct.mine", "", Who.OTHERS),
            Tab(_l("我的心得体会"), "reflections.index", "", Who.OTHERS, (P.STUDY,)),
        ),
    ),
    TabGroup(
        _l("教学"),
        (
            Tab(_l("教学计划"), "cohorts.courses"),
            Tab(_l("课程表"), "timetable.cohort"),
            Tab(_l("课时构成"), "loads.cohort"),
            Tab(_l("现场教学"), "trips.index", "cohort"),
            Tab(_l("课件资料"), "cohorts.materials"),
            Tab(_l("授课邀请"), "invitations.cohort"),
            Tab(_l("课件落实"), "courseware.cohort"),
            Tab(_l("课酬"), "fees.cohort"),
        ),
    ),
    TabGroup(
        _l("考试"),
        (
            Tab(_l("考试安排"), "sittings.index", "cohort"),
            Tab(_l("逢学必考"), "sittings.coverage", "cohort"),
        ),
    ),
    TabGroup(
        _l("结班"),
        (
            Tab(_l("鉴定"), "reviews.show_cohort", who=Who.IN_CHARGE),
            Tab(_l("结班检查"), "closing.show"),
            Tab(_l("结业证书"), "certificates.cohort"),
            Tab(_l("班级档案"), "cohort_files.show"),
        ),
    ),
)


def pages_of_cohort(cohort_id: int, *, in_charge: bool) -> tuple[PageGroup, ...]:
    """What the person at this request may open of a cohort; up to FLAT pages make one group."""
    groups = tuple(_shown(cohort_id, in_charge=in_charge))
    pages = tuple(chain.from_iterable(group.pages for group in groups))
    return groups if len(pages) > FLAT else (PageGroup("", pages),)


def _shown(cohort_id: int, *, in_charge: bool) -> Iterator[PageGroup]:
    for group in OF_A_COHORT:
        addresses = [(tab, tab.url(cohort_id, in_charge=in_charge)) for tab in group.tabs]
        pages = tuple(Page(tab.label, tab.endpoint, url) for tab, url in addresses if url)
        if pages:
            yield PageGroup(group.label, pages)
