"""Tables of items with random headers, orders of columns, titles, blank rows and sheets."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.question_bank.intakes.contents import drawn
from tests.question_bank.intakes.known import Known

_HEADERS = {
    "number": ["序号", "题号", "编号", "No.", "试题编号"],
    "kind": ["题型", "试题类型", "题目类型", "类型", "题目题型", "试题题型（必填）"],
    "stem": ["题干", "题目", "试题内容", "问题", "题目内容", "试题题干*", "题干（必填）", "试题描述", "题目正文"],
    "key": ["答案", "正确答案", "参考答案", "标准答案", "正确选项", "答案（多选用逗号隔开）", "正确答案*"],
    "rationale": ["解析", "答案解析", "试题解析", "题目解析", "解析（选填）"],
    "points": ["分值", "分数", "每题分值", "本题分数"],
    "difficulty": ["难度", "难易程度", "难易度", "难度系数"],
    "topic": ["知识点", "章节", "所属章节", "考点", "一级知识点"],
    "provenance": ["出处", "来源", "依据", "题目出处"],
    "other": ["出题人", "创建时间", "备注", "是否启用", "所属单位", "状态"],
}  # fmt: skip
_OPTION_HEADERS = [
    "选项{x}",
    "{x}",
    "{x}选项",
    "选项{x}（选填）",
    "选项 {x}",
    "答案{x}",
    "备选答案{x}",
    "选项{d}",
    "{x}项",
    "Option {x}",
]
_KINDS = {
    "single": ["单选题", "单选", "单项选择题", "选择题"], "multiple": ["多选题", "多选", "多项选择题", "不定项选择题"],
    "truth": ["判断题", "判断", "是非题", "判断正误"], "blank": ["填空题", "填空"], "short": ["简答题", "问答题"],
}  # fmt: skip
_JUDGED = [
    ("√", "×"),
    ("对", "错"),
    ("正确", "错误"),
    ("T", "F"),
    ("1", "0"),
    ("是", "否"),
    ("TRUE", "FALSE"),
    ("Y", "N"),
    ("A", "B"),
    ("V", "X"),
]
_JOINS = ["", "", ",", "，", "、", " ", ";", "|", "small", "wide", "。"]
_GAPS = ["（ ）", "()", "（）", "____", "", "(  )"]
_TITLES = [
    [],
    [],
    ["村干部培训题库"],
    ["某县委党校试题导入模板", "填写说明：1.题型必填；2.多选题答案之间用逗号隔开。"],
    ["2024年题库", ""],
]
_SAID = {
    "rationale": ["见有关规定。", "A项主体不对。", "", "答案依据第3条"], "points": [2, "2分", 1.5], "difficulty": ["易", "中", "难", 0.8], "topic": ["村民自治", "党建"],
    "provenance": ["教材第12页", ""], "other": ["教务科", "2024-03-01", "启用", ""],
}  # fmt: skip


@dataclass
class Book:
    """The sheets of a workbook as (name, rows), the items in it, and how it was written."""

    sheets: list[tuple[str, list[list[object]]]]
    known: list[Known]
    style: Style


@dataclass
class Style:
    """How the tables of one book are written; `order` are the roles of the columns."""

    order: list[str]
    headed: bool
    options: str
    judged: tuple[str, str]
    join: str
    gap: str
    names: dict[str, str] = field(default_factory=dict)
    width: int = 5
    by_text: bool = False
    by_digit: bool = False
    truth_options: bool = False


def written(rng: random.Random, *, one_sheet: bool = False) -> Book:
    """A workbook of items in one mixture; with `one_sheet` all are in one table."""
    kinds = [
        k for k in ("single", "multiple", "truth", "blank", "short") if rng.random() < 0.5
    ] or ["single"]
    style = _style(rng, kinds)
    by_kind = not one_sheet and rng.random() < 0.3
    names = [_KINDS[kind][0] for kind in kinds] if by_kind else ["题库"]
    if not one_sheet and not by_kind and rng.random() < 0.3:
        names = ["第一章", "第二章"]
    taken: set[str] = set()
    book = Book([], [], style)
    for at, name in enumerate(names):
        meant = [kinds[at]] if by_kind else kinds
        items = [drawn(rng, kind, taken) for kind in meant for _ in range(rng.randint(3, 7))]
        items = [item for item in items if not any(style.options in one for one in item.options)]
        if rng.random() < 0.5:
            rng.shuffle(items)
        book.sheets.append((name, _rows(rng, style, items)))
        book.known += items
    if not one_sheet and rng.random() < 0.2:
        book.sheets.insert(
            rng.choice([0, len(book.sheets)]),
            ("说明", [["填表说明"], ["1.请按模板填写"], ["2.不要改动表头"]]),
        )
    return book


def _style(rng: random.Random, kinds: list[str]) -> Style:
    headed = rng.random() < 0.85 or bool({"blank", "short"} & set(kinds))
    order = ["stem", "key"]
    order += ["options"] if {"single", "multiple"} & set(kinds) else []
    order += ["kind"] if len(kinds) > 1 or rng.random() < 0.6 else []
    further = ["number", "rationale", "points", "difficulty", "topic", "provenance", "other"]
    order += [name for name in further if headed and rng.random() < 0.4]
    if headed and rng.random() < 0.6:
        rng.shuffle(order)
    else:
        ranks = ["number", "kind", "stem", "options", "key", *further[1:]]
        order.sort(key=ranks.index)
    options = rng.choice(
        ["columns"] * 4 + ["\n", "|", "；", "lettered", "in a row", "circled", "$;$", "rows"]
        if headed
        else ["columns"]
    )
    style = Style(
        order, headed, options, rng.choice(_JUDGED), rng.choice(_JOINS), rng.choice(_GAPS)
    )
    style.names = {name: rng.choice(_HEADERS[name]) for name in _HEADERS}
    style.names["options"] = (
        rng.choice(_OPTION_HEADERS)
        if options == "columns"
        else rng.choice(["选项", "备选项", "选项内容", "全部选项"])
    )
    style.width = rng.choice([5, 5, 6, 8])
    style.by_text = rng.random() < 0.1
    style.by_digit = (
        rng.random() < 0.15
        and style.options in ("columns", "\n", "|", "；", "circled")
        and style.join in _JOINS[:6]
    )
    style.truth_options = style.judged == ("A", "B") or rng.random() < 0.2
    if "options" not in order or (options != "columns" and style.judged == ("A", "B")):
        style.truth_options = False
        style.judged = ("对", "错") if style.judged == ("A", "B") else style.judged
    return style


def _rows(rng: random.Random, style: Style, items: list[Known]) -> list[list[object]]:
    rows: list[list[object]] = [[line] for line in rng.choice(_TITLES)] if style.headed else []
    if style.headed:
        rows.append(_header(style))
    for number, item in enumerate(items, 1):
        rows += _item(rng, style, item, number)
        if rng.random() < 0.08:
            rows.append([rng.choice(["", None, " "])] * 9)
    return rows


def _header(style: Style) -> list[object]:
    made: list[object] = []
    for name in style.order:
        if name != "options" or style.options != "columns":
            made.append(style.names[name])
            continue
        made += [style.names[name].format(x="ABCDEFGH"[i], d=i + 1) for i in range(style.width)]
    return made


def _item(rng: random.Random, style: Style, item: Known, number: int) -> list[list[object]]:
    """The row of an item; with one option per row, those below hold nothing else."""
    listed = list(item.options)
    if item.kind == "truth" and style.truth_options:
        listed = ["正确", "错误"]
    first: list[object] = []
    for name in style.order:
        if name == "options":
            first += _options(style, listed)
        else:
            first.append(_cell(rng, style, item, name, number))
    rows = [first]
    if style.options == "rows" and "options" in style.order:
        at = style.order.index("options")
        for text in listed[1:]:
            rows.append([text if i == at else "" for i in range(len(first))])
    return rows


def _options(style: Style, listed: list[str]) -> list[object]:
    if style.options == "columns":
        return [*listed, *[""] * (style.width - len(listed))]
    if style.options == "rows":
        return [listed[0] if listed else ""]
    if style.options == "lettered":
        return ["\n".join(f"{'ABCDE'[i]}.{o}" for i, o in enumerate(listed))]
    if style.options == "in a row":
        return ["  ".join(f"{'ABCDE'[i]}、{o}" for i, o in enumerate(listed))]
    if style.options == "circled":
        return ["".join(f"{'①②③④⑤'[i]}{o}" for i, o in enumerate(listed))]
    return [style.options.join(listed)]


def _cell(rng: random.Random, style: Style, item: Known, name: str, number: int) -> object:
    if name == "stem":
        return item.stem.replace("｛｝", style.gap if item.kind != "truth" else "")
    if name == "key":
        return _key(style, item)
    if name == "number":
        return number
    return rng.choice(_KINDS[item.kind][:2]) if name == "kind" else rng.choice(_SAID[name])


def _key(style: Style, item: Known) -> str:
    if item.kind == "truth":
        return style.judged[item.key != ("true",)]
    if item.kind == "blank":
        return "；".join(str(k[0]) for k in item.key)  # type: ignore[index]
    if item.kind == "short":
        return str(item.key[0])
    if style.by_text and item.kind == "single":
        return item.options[ord(str(item.key[0])) - ord("A")]
    if style.by_digit:
        return style.join.join(str(ord(str(one)) - ord("A") + 1) for one in item.key)
    letters = "".join(map(str, item.key))
    if style.join == "wide":
        return "".join(chr(ord(c) + 0xFEE0) for c in letters)
    if style.join == "。":
        return f"{letters}。"
    return letters.lower() if style.join == "small" else style.join.join(letters)
