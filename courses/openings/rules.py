"""What the application and the notice say, line by line, and how a notice is laid out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from lms.ground.clock import local

# GB/T 9704-2012, 5.2: type area 156 mm × 225 mm on A4, head 37 mm, binding edge 28 mm;
# 22 lines of 28 characters in size three (16 pt). The rest of the page follows from that.
TOP_MM, LEFT_MM, RIGHT_MM, BOTTOM_MM = 37, 28, 26, 35
LINE_PT = Decimal("28.95")
SIZE_PT = 16
# 28 characters of 16 pt are 448 pt, the type area is 442.2 pt wide: each comes a little closer.
SPACING_PT = Decimal("-0.25")


@dataclass(frozen=True)
class OpeningDraft:
    """The application and the notice as they are entered."""

    host: str = ""
    basis: str = ""
    place: str = ""
    faculty: str = ""
    budget: Decimal | None = None
    budget_source: str = ""
    in_yearly_plan: bool = True
    is_elsewhere: bool = False
    number: str = ""
    issuer: str = ""
    addressees: str = ""
    reports_at: datetime | None = None
    reports_where: str = ""
    names_until: date | None = None
    contact: str = ""
    requirements: str = ""
    issued_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """What the documents take from the cohort itself; `approval` is the department's opinion."""

    title: str
    purpose: str
    audience: str
    sponsor: str
    starts_on: date
    ends_on: date
    capacity: int
    courses: tuple[tuple[str, Decimal], ...]
    quotas: tuple[tuple[str, int], ...] = ()
    approval: str = ""

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def hours(self) -> Decimal:
        return sum((hours for _, hours in self.courses), Decimal(0))


class LineKind(StrEnum):
    """What a line of an official letter is; its look follows from it."""

    HEADING = "heading"
    BODY = "body"
    ATTACHMENT = "attachment"


@dataclass(frozen=True)
class Line:
    """A paragraph of the notice."""

    kind: LineKind
    text: str


@dataclass(frozen=True)
class Notice:
    """A call-up notice: the parts that GB/T 9704-2012 sets apart, in their order."""

    issuer: str
    number: str
    title: str
    addressees: str
    lines: tuple[Line, ...]
    signed: str
    issued_on: str
    quotas: tuple[tuple[str, int], ...]


def draft_faults(draft: OpeningDraft, *, starts_on: date) -> list[str]:
    """What is wrong with what was entered, as sentences."""
    faults = []
    if draft.budget is not None and draft.budget < 0:
        faults.append("经费预算不能小于0。")
    if draft.number and not re.fullmatch(r".+〔\d{4}〕[1-9]\d*号", draft.number):
        faults.append("发文字号应像“县委党校〔2026〕5号”：年份用六角括号，序号不加“第”、不编虚位。")
    if draft.names_until and draft.names_until > starts_on:
        faults.append("报名截止日期不能晚于开班日期。")
    if draft.reports_at and local(draft.reports_at).date() > starts_on:
        faults.append("报到时间不能晚于开班日期。")
    return faults


def notice_gaps(draft: OpeningDraft) -> list[str]:
    """What a notice still lacks before it can go out, as sentences."""
    wanted = {
        "主送机关": draft.addressees,
        "培训地点": draft.place,
        "报到时间": draft.reports_at,
        "联系人": draft.contact,
        "成文日期": draft.issued_on,
    }
    return [f"开班通知还没有填写{name}。" for name, value in wanted.items() if not value]


def notice(draft: OpeningDraft, facts: Facts, *, school: str) -> Notice:
    """The notice of a cohort; what is not filled in is left out."""
    issuer = draft.issuer or school
    return Notice(
        issuer=issuer,
        number=draft.number,
        title=f"{issuer}关于举办{facts.title}的通知",
        addressees=draft.addressees,
        lines=tuple(_lines(draft, facts)),
        signed=issuer,
        issued_on=say(draft.issued_on) if draft.issued_on else "",
        quotas=facts.quotas,
    )


def application(draft: OpeningDraft, facts: Facts, *, school: str) -> list[tuple[str, str]]:
    """The cells of the application (办班审批表) as (label, text), in the order of the form."""
    return [
        ("班次名称", facts.title),
        ("主办单位", facts.sponsor),
        ("承办单位", draft.host or school),
        ("办班依据", draft.basis),
        ("培训目的", facts.purpose),
        ("培训对象", facts.audience),
        ("培训人数", f"{facts.capacity}人"),
        ("天数和学时", f"{facts.days}天，{number(facts.hours)}学时"),
        ("培训时间", period(facts.starts_on, facts.ends_on)),
        ("培训地点", draft.place),
        (
            "培训内容",
            "；".join(f"{title}（{number(hours)}学时）" for title, hours in facts.courses),
        ),
        ("师资安排", draft.faculty),
        ("经费预算", f"{number(draft.budget)}元" if draft.budget is not None else ""),
        ("经费来源", draft.budget_source),
        ("是否列入年度计划", "是" if draft.in_yearly_plan else "否"),
        ("是否异地办班", "是" if draft.is_elsewhere else "否"),
    ]


def period(first: date, last: date) -> str:
    """2026年12月1日至3日: what both dates share is said once."""
    if first == last:
        return say(first)
    if first.year != last.year:
        return f"{say(first)}至{say(last)}"
    if first.month != last.month:
        return f"{say(first)}至{last.month}月{last.day}日"
    return f"{say(first)}至{last.day}日"


def say(day: date) -> str:
    """2026年11月22日, without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def number(value: Decimal) -> str:
    """A figure without idle zeros."""
    return f"{value.normalize() + 0:f}"


def _lines(draft: OpeningDraft, facts: Facts) -> list[Line]:
    ground = draft.basis or facts.purpose
    opening = f"{ground.rstrip('。，；,;')}，" if ground else ""
    lines = [_body(f"{opening}决定举办{facts.title}。现将有关事项通知如下。")]
    for place, (heading, texts) in enumerate(_sections(draft, facts)):
        lines.append(Line(LineKind.HEADING, f"{'一二三四五六七八九'[place]}、{heading}"))
        lines += [_body(text) for text in texts]
    if facts.quotas:
        lines.append(Line(LineKind.ATTACHMENT, f"附件：{facts.title}名额分配表"))
    return lines


def _sections(draft: OpeningDraft, facts: Facts) -> Sequence[tuple[str, list[str]]]:
    times = [f"{period(facts.starts_on, facts.ends_on)}，共{facts.days}天。"]
    if draft.reports_at:
        wall = local(draft.reports_at)
        where = f"，到{draft.reports_where}报到" if draft.reports_where else "报到"
        times.append(f"请于{say(wall.date())}{wall.hour}:{wall.minute:02d}前{where.lstrip('，')}。")
    who = f"{facts.audience or '各单位选派的学员'}，共{facts.capacity}人。"
    who += "名额分配见附件。" if facts.quotas else ""
    taught = "、".join(f"《{title}》" for title, _ in facts.courses)
    naming = "请登录学校培训考试平台，在本班次中报送学员"
    naming = (f"请于{say(draft.names_until)}前" if draft.names_until else "请") + naming[1:] + "。"
    found = [
        ("培训时间", times),
        ("培训地点", [f"{draft.place}。"] if draft.place else []),
        ("培训对象和人数", [who]),
        ("培训内容", [f"本班安排{taught}等课程，共{number(facts.hours)}学时。"] if taught else []),
        ("报名方式", [naming, *([f"联系人：{draft.contact}。"] if draft.contact else [])]),
        ("有关要求", [line.strip() for line in draft.requirements.splitlines() if line.strip()]),
    ]
    return [(heading, texts) for heading, texts in found if texts]


def _body(text: str) -> Line:
    return Line(LineKind.BODY, text)
