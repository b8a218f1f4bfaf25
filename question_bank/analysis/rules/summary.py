"""The key figures of a paper as people read them: the number, what it means, how it is made."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from question_bank.analysis.rules.advice import Limits
from question_bank.analysis.rules.words import (
    error_words,
    facility_words,
    percent,
    reliability_words,
    skew_words,
    spread_words,
)


class Paper(Protocol):
    """The figures of a paper (see PaperAnalysis)."""

    @property
    def candidates(self) -> int: ...
    @property
    def absent(self) -> int: ...
    @property
    def passed(self) -> int: ...
    @property
    def full_score(self) -> Decimal: ...
    @property
    def mean(self) -> Decimal: ...
    @property
    def median(self) -> Decimal: ...
    @property
    def deviation(self) -> Decimal | None: ...
    @property
    def skewness(self) -> Decimal | None: ...
    @property
    def kurtosis(self) -> Decimal | None: ...
    @property
    def reliability(self) -> Decimal | None: ...
    @property
    def error_ratio(self) -> Decimal | None: ...
    @property
    def standard_error(self) -> Decimal | None: ...
    @property
    def by_place(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure: its name, its value in digits, what it says, and its definition."""

    name: str
    value: str
    meaning: str
    definition: str


def too_few(candidates: int) -> str:
    """What stands in place of a figure that so few people cannot give."""
    return f"样本不足（{candidates}人）"


def guarded(value: Decimal | None, candidates: int, limits: Limits, places: int = 2) -> str:
    """A figure with `places` decimals; 样本不足 below the norm, a dash where it is undefined."""
    if candidates < limits.candidates:
        return too_few(candidates)
    return "—" if value is None else f"{value:.{places}f}"


def key_figures(paper: Paper, limits: Limits) -> list[KeyFigure]:
    """Everything that is told of a paper, the plainest first."""
    return [*_plain(paper), *_delicate(paper, limits)]


def _plain(paper: Paper) -> list[KeyFigure]:
    """What holds however few there were."""
    share = paper.mean / paper.full_score
    came = paper.candidates + paper.absent
    return [
        KeyFigure(
            "参加人数",
            f"{paper.candidates}人",
            f"应考{came}人，缺考{paper.absent}人。",
            "开始作答的考生；缺考的不计入以下各项。",
        ),
        KeyFigure(
            "合格率",
            percent(Decimal(paper.passed) / paper.candidates),
            f"{paper.passed}人合格。",
            "合格人数 ÷ 参加人数。",
        ),
        KeyFigure(
            "平均分",
            f"{paper.mean:.1f}",
            f"满分{paper.full_score:f}分，中位数{paper.median:.1f}分。",
            "各题得分合计的平均，未取整。",
        ),
        KeyFigure(
            "全卷难度 P",
            f"{share:.2f}",
            f"平均得到总分的{percent(share)}，{facility_words(share)}。",
            "平均分 ÷ 满分；越大越容易。",
        ),
    ]


def _delicate(paper: Paper, limits: Limits) -> list[KeyFigure]:
    """What too few candidates cannot tell."""
    enough = paper.candidates >= limits.candidates
    wanted = f"不足{limits.candidates}人，不作推断。"

    def figure(
        name: str, value: Decimal | None, meaning: str, definition: str, places: int = 2
    ) -> KeyFigure:
        shown = guarded(value, paper.candidates, limits, places)
        told = (meaning if value is not None else "分数没有差别，算不出来。") if enough else wanted
        return KeyFigure(name, shown, told, definition)

    alpha, zero = paper.reliability, Decimal(0)
    place = "；各人的题不全相同，按题位计算" if paper.by_place else ""
    return [
        figure(
            "标准差",
            paper.deviation,
            spread_words(paper.deviation or zero, paper.full_score),
            "分数离平均分有多远（样本标准差，分）。",
            1,
        ),
        figure(
            "信度 α",
            alpha,
            reliability_words(alpha or zero, limits.reliability_low),
            f"克龙巴赫 α 系数：各题考得是否一致，最高为 1{place}。",
        ),
        figure(
            "测量标准误",
            paper.standard_error,
            error_words(paper.standard_error or zero),
            "标准差 × √(1 − α)（分）。",
            1,
        ),
        figure(
            "误差比",
            paper.error_ratio,
            "分数的差别里有多大一部分是偶然的，越小越好。",
            "√(1 − α)。",
        ),
        figure(
            "偏度",
            paper.skewness,
            skew_words(paper.skewness or zero),
            "由 k 统计量计算；0 为对称，负为低分一边拖尾。",
        ),
        figure(
            "峰度",
            paper.kurtosis,
            "比正态分布更集中。" if (paper.kurtosis or zero) > 0 else "比正态分布更平缓。",
            "由 k 统计量计算；正态分布为 0。",
        ),
    ]
