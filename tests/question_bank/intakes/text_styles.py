"""The words and signs of documents of items, and how one document is drawn from them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

CHINESE = "一二三四五六七八九十"
NAMES = {
    "single": ["单选题", "单项选择题", "选择题"],
    "multiple": ["多选题", "多项选择题"],
    "truth": ["判断题", "判断正误", "是非题"],
    "blank": ["填空题"],
    "short": ["简答题", "问答题"],
    "ordering": ["排序题"],
    "matching": ["连线题", "匹配题"],
}
HEADINGS = [
    "{cn}、{name}", "{cn}、{name}（每题{p}分，共{t}分）", "{cn}、{name}（共{n}题，每题{p}分）", "第{cn}部分  {name}", "（{cn}）{name}", "【{name}】",
    "{name}", "{cn}．{name}（每小题{p}分）", "{cn}、{name}(每题{p}分,计{t}分)", "{cn}、{name}：", "{cn} {name}", "Part {d} {name}", "{cn}、{name}：每小题{p}分，共{t}分。",
]  # fmt: skip
TITLES = [
    ["2024年村干部培训测试题"], ["某县委党校", "主体班结业考试试卷（A卷）"], ["题库", "", "姓名：________  单位：________  得分：________"],
    ["村级治理知识竞赛题库", "考试时间：90分钟    满分：100分"], [],
]  # fmt: skip
_NUMBERS = [
    "{n}.",
    "{n}、",
    "{n}．",
    "{n}. ",
    "（{n}）",
    "({n})",
    "第{n}题",
    "第{n}题 ",
    "第{n}题：",
    "{n}）",
    "auto",
    "{n}.　",
]
_TAGGED = [
    "[{tag}]{n}.",
    "{n}.[{tag}]",
    "{n}、（{tag}）",
    "{n}. 【{tag}题】",
    "[{tag}]",
    "【{tag}题】{n}、",
    "{n}.({tag}题)",
    "({tag}题){n}.",
]
_OPTIONS = [
    "{x}.{o}",
    "{x}、{o}",
    "{x}．{o}",
    "({x}){o}",
    "（{x}）{o}",
    "{x}\t{o}",
    "{x}. {o}",
    "{x}：{o}",
    "{x}) {o}",
    "auto",
    "{x}　{o}",
]
_JOINTS = ["\n", "\n", "    ", "\t", "  ", "pairs", "　", "table"]
_LABELS = [
    "答案：{}", "正确答案：{}", "参考答案：{}", "【答案】{}", "答案:{}", "标准答案：{}", "[答案]{}", "答案：{}。", "【正确答案】 {}", "答案是：{}", "答案：（{}）", "答案： {} ",
    "本题答案：{}", "（答案：{}）", "答案为{}", "【答案：{}】",
]  # fmt: skip
_BRACKETS = ["（{}）", "（ {} ）", "({})", "( {} )", "（  {}  ）", "【{}】", "（{} ）", "( {})"]
_GAPS = ["（ ）", "（）", "(  )", "____", "（　　）", "（    ）"]
_JUDGED = [
    ("√", "×"),
    ("对", "错"),
    ("正确", "错误"),
    ("T", "F"),
    ("1", "0"),
    ("✓", "✗"),
    ("Y", "N"),
    ("V", "X"),
    ("是", "否"),
]
_JOINS = ["", "", ",", " ", "、", "，", "wide", "small"]
_MARKS = ["bold", "underline", "colour", "highlight", "√", "（√）", "head"]
FURTHER = {
    "rationale": ["解析：{}", "【解析】{}", "答案解析：{}", "试题解析：{}", "解析:{}"],
    "points": ["分值：{}", "【分值】{}", "分值：{}分", "本题分值：{}"],
    "difficulty": ["难度：{}", "【难度】{}", "难易程度：{}"],
    "topic": ["知识点：{}", "考点：{}", "【知识点】{}"],
    "provenance": ["出处：{}", "来源：{}", "【出处】{}", "依据：{}"],
}
FURTHER_TEXTS = {
    "rationale": ["见有关规定。", "A项错在主体，B项错在时间，故选其余。", "根据第3条：1.公开；2.公正。", "本题考查基本概念，答案选正确的一项。"],
    "points": ["2"], "difficulty": ["易", "中等", "较难"], "topic": ["村民自治", "党的建设/组织生活"], "provenance": ["《村民委员会组织法》第十一条", "教材第12页"],
}  # fmt: skip
KEY_HEADS = [
    "参考答案",
    "答案",
    "参考答案：",
    "答案部分",
    "【参考答案】",
    "标准答案",
    "参考答案及评分标准",
]


# Options without letters of their own: {c} ①, {d} 1, {r} Ⅰ, {s} 甲; {b} is a box, full if the option is right.
COUNTED = ["{c}{o}", "{c} {o}", "（{d}）{o}", "({d}) {o}", "{d}) {o}", "{r}. {o}", "{s}、{o}"]
_BOXED = ["{b}{o}", "{b} {o}", "{b}{x}. {o}", "{b} {x}、{o}"]
_BOXES = ["□■", "□☑", "☐☑", "○●"]
KINDS = ["single", "multiple", "truth", "blank", "short", "ordering", "matching"]
WRITTEN = {"blank", "short", "ordering", "matching"}


@dataclass
class Style:
    """How one document is written; `places` says where each kind has its answers."""

    word: bool
    sections: bool
    restart: bool
    heading: str
    number: str
    option: str
    joint: str
    label: str
    bracket: str
    gap: str
    judged: tuple[str, str]
    join: str
    mark: str
    places: dict[str, str] = field(default_factory=dict)
    further: list[str] = field(default_factory=list)
    together: bool = False
    before: bool = False
    blank_line: bool = False
    key_head: str = ""
    key_style: str = ""
    soft: bool = False
    boxes: str = "□■"


def styled(rng: random.Random, kinds: list[str], *, word: bool) -> Style:
    choice = rng.choice
    sections = len(kinds) > 1 or rng.random() < 0.6 or bool(WRITTEN & set(kinds))
    number = choice(_TAGGED) if rng.random() < 0.2 else choice(_NUMBERS)
    option = choice(_OPTIONS)
    style = Style(
        word, sections, rng.random() < 0.6 and len(kinds) > 1, choice(HEADINGS), number, option, choice(_JOINTS),
        choice(_LABELS), choice(_BRACKETS), choice(_GAPS), choice(_JUDGED), choice(_JOINS), choice(_MARKS),
        key_head=choice(KEY_HEADS[:2] + KEY_HEADS[3:]), key_style=choice(["row", "lines", "range", "fives", "grid"]),
        blank_line=rng.random() < 0.3, soft=rng.random() < 0.2, together=rng.random() < 0.3, before=rng.random() < 0.2,
    )  # fmt: skip
    if not word:
        style.number = "{n}." if number == "auto" else number
        style.option = "{x}." + "{o}" if option == "auto" else option
        style.mark = choice(["√", "（√）"])
    if style.number == "auto" or style.option == "auto":
        style.number = style.option = "auto"
        style.joint, style.restart, style.soft = "\n", False, False
    place = choice(
        [
            "line",
            "line",
            "line",
            "inline",
            "bracket",
            "bracket",
            "trailing",
            "above",
            "text",
            "marks",
            "section",
            "end",
            "file",
        ]
    )
    if place in ("section", "end", "file") and (
        not sections or ("{n}" not in style.number and number != "auto")
    ):
        place = "line"
    if set(kinds) <= {"single", "multiple"} and rng.random() < 0.3:
        place = _unletter(rng, style, place)
    style.places = {kind: _place(place, kind) for kind in kinds}
    if "boxes" in style.places.values() or style.number == "auto" or not word or place == "marks":
        style.joint = "    " if style.joint == "table" else style.joint
    style.soft = style.soft and style.joint != "table" and word
    if "inline" in style.places.values() and style.joint == "table":
        style.places = dict.fromkeys(kinds, "line")
    if not word and style.key_style == "grid":
        style.key_style = "range"
    style.further = [name for name in FURTHER if rng.random() < 0.25]
    rng.shuffle(style.further)
    return style


def _unletter(rng: random.Random, style: Style, place: str) -> str:
    """Give options signs or boxes for their letters; where the answer stands then."""
    if style.number in (*_TAGGED, "auto") or style.option == "auto":
        style.number, style.joint = "{n}.", "\n"
    style.join = style.join if style.join in ("", ",", " ", "、", "，") else ""
    if rng.random() < 0.5:
        style.option, style.boxes = rng.choice(_BOXED), rng.choice(_BOXES)
        return "boxes"
    style.option = rng.choice(COUNTED)
    style.number = "{n}." if "{d}" in style.option else style.number
    return "line" if place in ("text", "marks", "above") else place


def _place(place: str, kind: str) -> str:
    """Where a kind has its answers in a document whose choices have them at `place`."""
    if place in ("section", "end", "file", "line"):
        return place
    if kind in WRITTEN:
        return "line"
    if kind == "truth" and place in ("text", "marks", "above"):
        return "line"
    return place
