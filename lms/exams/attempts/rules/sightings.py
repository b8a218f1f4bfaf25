"""What a page reports of itself: evidence for a person, never a penalty.

Two kinds are plain facts of the exam and no trouble: a recording was played, an answer was
recorded. They are counted over all devices of a candidate, against the limits of the item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lms.exams.attempts.rules.operations import HIGHEST, Request, read_whole
from lms.ground.errors import Refused
from lms.ground.words import word

MOST_REPORTS = 50
MOST_OF_A_LEASE = 5000
LONGEST_DETAIL = 60
LONGEST = 24 * 60 * 60


class Sight(StrEnum):
    """What happened at a page."""

    LEFT = "left"
    CLOSED = "closed"
    GAP = "gap"
    LOST_LEASE = "lost_lease"
    RESIZE = "resize"
    COPY = "copy"
    PLAYED = "played"
    RECORDED = "recorded"
    NO_RECORDING = "no_recording"


FACTS = (Sight.PLAYED, Sight.RECORDED)
SIGHT_NAMES = {
    Sight.LEFT: word("离开页面"),
    Sight.CLOSED: word("关闭或刷新页面"),
    Sight.GAP: word("网络中断"),
    Sight.LOST_LEASE: word("在别处打开，本页停止"),
    Sight.RESIZE: word("改变窗口大小"),
    Sight.COPY: word("复制、剪切或粘贴"),
    Sight.PLAYED: word("播放听力录音"),
    Sight.RECORDED: word("录制口语作答"),
    Sight.NO_RECORDING: word("不能录音"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """One thing: `seconds` it lasted, `ago` seconds before the report it ended."""

    seq: int
    kind: Sight
    seconds: int
    ago: int
    detail: str


@dataclass(frozen=True, slots=True)
class Reports(Request):
    """What the page that holds this lease reports."""

    lease: int
    reports: tuple[Report, ...]


def read_reports(body: Any) -> tuple[Report, ...]:
    """The reports in a body; Refused for any other shape."""
    listed = body.get("reports") if isinstance(body, Mapping) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_REPORTS:
        raise Refused(f"情况报告的格式不对：一次应有 1 至 {MOST_REPORTS} 条。")
    return tuple(_report(one) for one in listed)


def _report(source: Any) -> Report:
    seq = read_whole(source, "seq", most=min(MOST_OF_A_LEASE, HIGHEST))
    kind, detail = source.get("kind"), source.get("detail", "")
    if kind not in list(Sight) or not isinstance(detail, str) or not detail.isprintable():
        raise Refused("情况报告的格式不对：没有这种情况。")
    seconds, ago = (_bounded(source.get(name)) for name in ("seconds", "ago"))
    return Report(seq, Sight(kind), seconds, ago, detail[:LONGEST_DETAIL])


def _bounded(told: Any) -> int:
    """Seconds as a page tells them, which may be anything."""
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= LONGEST:
        return 0
    return int(told)
