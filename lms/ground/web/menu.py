"""The menu: one line for a room, shown to whoever may use it, in groups by the work people do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from lms.ground.access import Permission as P
from lms.ground.access import may

FLAT = 14
OPENED = "menu"


@dataclass(frozen=True)
class Entry:
    """A link in the menu; `permissions`: any one of them shows it; `rooms` are reached by it too."""

    label: str
    endpoint: str
    permissions: tuple[P, ...]
    rooms: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def shown(self) -> bool:
        known = self.endpoint in current_app.view_functions
        return known and any(may(permission) for permission in self.permissions)

    def leads_to(self, room: str | None) -> bool:
        return room in (self.endpoint.partition(".")[0], *self.rooms)


@dataclass(frozen=True)
class Group:
    """A heading of the menu and the entries under it that are shown."""

    code: str
    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Menu:
    """What one person sees: the way to the open page, and which groups stand open.

    A menu of up to FLAT entries is not folded.
    """

    groups: tuple[Group, ...]
    current: Entry | None
    opened: frozenset[str]

    @property
    def folds(self) -> bool:
        return sum(len(group.entries) for group in self.groups) > FLAT

    def stands_open(self, group: Group) -> bool:
        return group.code in self.opened or self.current in group.entries


MENU: tuple[Group, ...] = (
    Group(
        "desk",
        _l("工作台"),
        (
            Entry(_l("今天要做的事"), "desk.today", (P.USE_ACCOUNT,)),
            Entry(_l("通知"), "notices.index", (P.USE_ACCOUNT,)),
            Entry(_l("后台任务"), "jobs.index", (P.USE_ACCOUNT,)),
        ),
    ),
    Group(
        "plan",
        _l("计划与班次"),
        (
            Entry(
                _l("班次"),
                "cohorts.index",
                (P.READ_COURSES, P.NAME_LEARNERS, P.STUDY),
                ("programmes", "rosters", "quotas", "openings"),
            ),
            Entry(_l("轮训覆盖"), "callups.index", (P.READ_PEOPLE,)),
            Entry(
                _l("课程表"),
                "timetable.index",
                (P.READ_COURSES, P.STUDY),
                ("editions", "calendars", "series"),
            ),
            Entry(_l("排课板"), "boards.week", (P.PLAN,), ("suggestions",)),
            Entry(_l("现场教学线路"), "routes.index", (P.READ_COURSES,)),
            Entry(_l("现场教学出行"), "trips.index", (P.READ_COURSES,)),
        ),
    ),
    Group(
        "staff",
        _l("师资与场地"),
        (
            Entry(
                _l("我的课程"),
                "faculty.mine",
                (P.TEACH,),
                ("availability", "invitations", "courseware"),
            ),
            Entry(_l("课程专题"), "catalogue.index", (P.READ_COURSES,)),
            Entry(_l("课件资料"), "materials.index", (P.TEACH, P.PLAN), ("courseware",)),
            Entry(_l("师资库"), "faculty.index", (P.MANAGE_FACULTY, P.PLAN)),
            Entry(_l("授课邀请"), "invitations.index", (P.PLAN,)),
            Entry(_l("评课结果"), "evaluations.index", (P.MANAGE_FACULTY, P.PLAN, P.APPROVE)),
            Entry(_l("我的评课结果"), "evaluations.of_me", (P.TEACH,)),
            Entry(_l("授课统计"), "loads.index", (P.MANAGE_FACULTY, P.PLAN, P.APPROVE)),
            Entry(_l("课酬"), "fees.index", (P.MANAGE_FACULTY, P.DECIDE)),
            Entry(_l("场地"), "venues.index", (P.READ_COURSES,)),
        ),
    ),
    Group(
        "bank",
        _l("题库与试卷"),
        (
            Entry(_l("试题"), "items.index", (P.READ_ITEMS,), ("exports",)),
            Entry(_l("题库"), "banks.index", (P.READ_ITEMS,)),
            Entry(_l("导入试题"), "intakes.index", (P.WRITE_ITEMS,), ("previews",)),
            Entry(_l("审题"), "approvals.index", (P.REVIEW_ITEMS,)),
            Entry(_l("出处时效"), "provenances.index", (P.READ_ITEMS,)),
            Entry(_l("疑似重复"), "twins.index", (P.REVIEW_ITEMS,)),
            Entry(_l("批量修改"), "changes.index", (P.REVIEW_ITEMS,)),
            Entry(_l("知识点"), "topics.index", (P.READ_ITEMS,)),
            Entry(_l("标签"), "tags.index", (P.READ_ITEMS,)),
            Entry(_l("双向细目表"), "blueprints.index", (P.ASSEMBLE,), ("assemblies",)),
            Entry(_l("互斥试题"), "enemies.index", (P.ASSEMBLE,)),
            Entry(_l("试卷"), "papers.index", (P.ASSEMBLE,), ("prints",)),
            Entry(_l("试题分析"), "analysis.index", (P.READ_ITEMS,)),
        ),
    ),
    Group(
        "exam",
        _l("考试"),
        (
            Entry(_l("我的考试"), "attempts.index", (P.STUDY,)),
            Entry(_l("我的成绩"), "results.mine", (P.STUDY,)),
            Entry(
                _l("考场"),
                "sittings.index",
                (P.ARRANGE_EXAMS, P.INVIGILATE),
                ("admission", "invigilation", "incidents", "scripts", "answer_files"),
            ),
            Entry(_l("逢学必考"), "sittings.coverage", (P.ARRANGE_EXAMS, P.APPROVE)),
            Entry(_l("阅卷"), "marking.index", (P.MARK,)),
            Entry(_l("成绩"), "results.index", (P.RELEASE,)),
            Entry(_l("成绩复核"), "rechecks.index", (P.DECIDE,)),
        ),
    ),
    Group(
        "file",
        _l("考核与档案"),
        (
            Entry(_l("考勤"), "attendance.index", (P.TAKE_ATTENDANCE,)),
            Entry(_l("我的考勤"), "attendance.mine", (P.STUDY,)),
            Entry(_l("日常表现"), "conduct.index", (P.RECORD_CONDUCT,)),
            Entry(_l("我的日常表现"), "conduct.mine", (P.STUDY,)),
            Entry(_l("评课"), "evaluations.mine", (P.STUDY,)),
            Entry(_l("心得体会"), "reflections.index", (P.STUDY, P.APPRAISE)),
            Entry(_l("考核方案"), "schemes.index", (P.APPRAISE,)),
            Entry(_l("学员鉴定"), "reviews.index", (P.APPRAISE,)),
            Entry(_l("我的鉴定"), "reviews.mine", (P.STUDY,)),
            Entry(
                _l("一班一档"),
                "cohort_files.index",
                (P.READ_ARCHIVES,),
                ("closing", "certificates"),
            ),
            Entry(_l("一人一档"), "person_files.index", (P.READ_ARCHIVES,)),
            Entry(_l("我的档案"), "person_files.mine", (P.STUDY,)),
        ),
    ),
    Group(
        "system",
        _l("系统"),
        (
            Entry(_l("人员"), "people.index", (P.READ_PEOPLE,)),
            Entry(_l("单位"), "people.units", (P.READ_PEOPLE,)),
            Entry(_l("账号"), "accounts.index", (P.MANAGE_ACCOUNTS,)),
            Entry(_l("政策参数"), "norms.index", (P.MANAGE_NORMS,)),
            Entry(_l("审计日志"), "audit.index", (P.READ_AUDIT,)),
        ),
    ),
)


def visible() -> Menu:
    """The menu of the person at this request; the browser keeps which groups it has opened."""
    groups = (
        Group(group.code, group.label, tuple(entry for entry in group.entries if entry.shown))
        for group in MENU
    )
    shown = tuple(group for group in groups if group.entries)
    opened = frozenset(request.cookies.get(OPENED, "").split("."))
    return Menu(shown, _current([entry for group in shown for entry in group.entries]), opened)


def _current(entries: list[Entry]) -> Entry | None:
    """The entry of this very page, else the first that leads to its room."""
    exact = (entry for entry in entries if entry.endpoint == request.endpoint)
    near = (entry for entry in entries if entry.leads_to(request.blueprint))
    return next(exact, None) or next(near, None)
