"""Known items written in random mixtures of the layouts that people use, to be read back.

The items are invented for this test. `text_bank` and `table_bank` draw a layout by a seeded random
source; what they yield is the file's content and the items as they must be read.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from question_bank.items.rules.draft import Draft


@dataclass(frozen=True)
class Known:
    """An item as it is meant; ｛｝ in the stem is the place of the answer."""

    kind: str
    stem: str
    options: tuple[str, ...] = ()
    key: tuple[object, ...] = ()
    rationale: str = ""
    left: tuple[str, ...] = ()


@dataclass
class Sheet:
    """What a table bank is: rows of cells, several sheets perhaps."""

    name: str
    rows: list[list[object]] = field(default_factory=list)


SINGLES = [
    Known("single", "村民委员会每届任期为｛｝年。", ("三", "四", "五", "六"), ("C",)),
    Known("single", "1998年修订的法律是｛｝。", ("村组织法", "选举法", "监督法", "预算法"), ("A",)),
    Known("single", "下列说法不正确的是｛｝", ("村务公开要及时", "村规民约不得与宪法相抵触", "村民会议可以罚款", "村民代表由村民推选"), ("C",)),
    Known("single", "上浮的比例不超过｛｝。", ("2%", "3.5%", "5%", "10%"), ("B",)),
    Known("single", "“小微权力”清单最早由｛｝公布。", ("乡镇党委", "村党支部（总支）", "县纪委监委", "村务监督委员会"), ("A",)),
    Known("single", "某村有村民代表36人，至少｛｝人同意方可通过。", ("12", "18", "19", "24"), ("C",)),
    Known("single", "发展党员应当把｛｝放在首位。", ("政治标准", "学历", "年龄", "A、B两项"), ("A",)),
    Known("single", "下列4项中，属于公共服务的是｛｝。", ("修路、架桥等", "收费", "经商", "以上都不是"), ("A",)),
    Known("single", "WTO 的中文名称是｛｝。", ("世界贸易组织", "世界卫生组织", "世界银行", "国际货币基金组织"), ("A",)),
    Known("single", "谁主持村民会议？｛｝", ("村委会", "乡政府", "党小组"), ("A",)),
]  # fmt: skip
MULTIPLES = [
    Known("multiple", "下列属于村民自治内容的有｛｝。", ("民主选举", "民主协商", "乱收费", "民主管理"), ("A", "B", "D")),
    Known("multiple", "村务公开应当做到｛｝。", ("及时", "真实", "全面", "接受监督"), ("A", "B", "C", "D")),
    Known("multiple", "“三会一课”包括｛｝", ("支部党员大会", "支部委员会", "党小组会", "党课", "茶话会"), ("A", "B", "C", "D")),
    Known("multiple", "2023年的重点工作有｛｝。", ("产业", "人才", "喝酒", "生态"), ("A", "B", "D")),
    Known("multiple", "基层治理要坚持｛｝相结合。", ("自治", "法治", "德治"), ("A", "B", "C")),
    Known("multiple", "以下哪些人可以列席？｛｝", ("驻村干部", "村医", "经商户", "未成年人"), ("A", "B")),
]  # fmt: skip
TRUTHS = [
    Known("truth", "村民有权查阅村务公开内容。｛｝", (), ("true",)),
    Known("truth", "集体所有的土地可以自由买卖。｛｝", (), ("false",)),
    Known("truth", "党员可以不参加组织生活｛｝", (), ("false",)),
    Known("truth", "1987年试行的法律在1998年修订｛｝。", (), ("true",)),
    Known("truth", "会议有过半数的代表参加，方可举行。｛｝", (), ("true",)),
    Known("truth", "“村账乡管”就是把村里的钱上交｛｝。", (), ("false",)),
]
BLANKS = [
    Known("blank", "村民委员会每届任期____年。", (), (("五",),)),
    Known(
        "blank", "基层群众自治的三种形式是____、____和____。", (), (("选举",), ("协商",), ("监督",))
    ),
    Known("blank", "年满____周岁的村民有选举权。", (), (("18",),)),
    Known("blank", "____是党的根本宗旨。", (), (("为人民服务",),)),
]
SHORTS = [
    Known("short", "简述村务公开的主要内容。", (), ("一是财务收支；二是工程建设；三是惠农补贴。",)),
    Known("short", "什么是“四议两公开”？", (), ("村党组织提议、两委商议、党员审议、村民代表决议，决议公开、结果公开。",)),
]  # fmt: skip
ORDERINGS = [
    Known("ordering", "将村级决策的步骤按先后排列。", ("表决", "提议", "公开"), (1, 0, 2)),
    Known(
        "ordering", "把下列会议按召开的先后排序。", ("丙会", "甲会", "乙会", "丁会"), (1, 2, 0, 3)
    ),
]
MATCHINGS = [
    Known("matching", "把职务与职责连起来。", ("管钱", "管账"), ((0, 1), (1, 0)), "", ("会计", "出纳")),
    Known("matching", "连一连：村名与特产。", ("茶叶", "竹编", "豆腐"), ((0, 2), (1, 0), (2, 1)), "", ("东村", "西村", "南村")),
]  # fmt: skip
POOLS = {
    "single": SINGLES, "multiple": MULTIPLES, "truth": TRUTHS, "blank": BLANKS, "short": SHORTS,
    "ordering": ORDERINGS, "matching": MATCHINGS,
}  # fmt: skip
NAMES = {
    "single": ["单选题", "单项选择题", "单选"],
    "multiple": ["多选题", "多项选择题", "不定项选择题"],
    "truth": ["判断题", "判断正误题", "是非题"],
    "blank": ["填空题", "填空"],
    "short": ["简答题", "问答题"],
    "ordering": ["排序题"],
    "matching": ["连线题", "匹配题"],
}
HEADINGS = [
    "{cn}、{name}", "{cn}、{name}（每题{p}分，共{total}分）", "第{cn}部分 {name}", "{cn}．{name}（共{n}题）",
    "【{name}】", "（{cn}）{name}", "{name}：", "# {name}", "{cn}、{name}：（本大题共{n}小题，每小题{p}分，共{total}分。）",
]  # fmt: skip
NUMBERS = [
    "{n}.",
    "{n}、",
    "{n}．",
    "{n}. ",
    "{n}）",
    "（{n}）",
    "({n})",
    "第{n}题 ",
    "第{n}题：",
    "{n} ",
]
TAGGED = ["[{tag}]{n}.", "{n}. ({tag}题)", "{n}、【{tag}题】", "{n}.[{tag}题]", "{n}.（{tag}题）"]
# Options without letters of their own: {c} ①, {d} 1, {r} Ⅰ, {s} 甲; {b} is a box, full if the option is right.
COUNTED = ["{c}{o}", "{c} {o}", "（{d}）{o}", "({d}) {o}", "{d}) {o}", "{r}. {o}", "{s}、{o}"]
BOXED = ["{b}{o}", "{b} {o}", "{b}{x}. {o}", "{b} {x}、{o}"]
BOXES = ["□■", "□☑", "☐☑", "○●"]
OPTIONS = ["{x}.{o}", "{x}、{o}", "{x}．{o}", "({x}){o}", "（{x}）{o}", "{x}\t{o}", "{x}. {o}", "{x}：{o}", "{x}){o}", "{x} {o}", "[{x}]{o}"]  # fmt: skip
JOINTS = ["\n", "    ", "\t", "  ", "\u3000\u3000"]
LABELS = ["答案：{}", "正确答案：{}", "参考答案：{}", "【答案】{}", "答案:{}", "标准答案：{}", "答：{}", "[答案] {}", "答案 {}", "正确答案是：{}", "本题答案：{}", "Answer: {}"]  # fmt: skip
BRACKETS = ["（{}）", "（ {} ）", "({})", "( {} )", "【{}】", "（  {}  ）"]
GAPS = ["____", "（ ）", "______", "(  )", "（　　）"]
JUDGED = [("√", "×"), ("对", "错"), ("正确", "错误"), ("T", "F"), ("✓", "✗"), ("对。", "错。")]
JOINS = ["", ",", " ", "、", "，", ", "]
CHINESE = "一二三四五六七八九十"


def drawn(rng: random.Random, kinds: list[str]) -> list[Known]:
    """A few items of each kind, in the order of the kinds."""
    return [one for kind in kinds for one in rng.sample(POOLS[kind], rng.randint(2, min(6, len(POOLS[kind]))))]  # fmt: skip


def text_bank(seed: int) -> tuple[str, str | None, list[Known], str]:
    """A bank as a text, its key file if it has one, the items in it, and the name of its layout."""
    rng = random.Random(seed)
    wanted = rng.choice([["single"], ["multiple"], ["truth"], ["single", "multiple", "truth"],
        ["single", "multiple", "truth", "blank", "short"], ["single", "blank"],
        ["ordering", "matching"], ["single", "truth", "matching", "ordering", "short"]])  # fmt: skip
    layout = _Layout.drawn(rng, wanted)
    lines: list[str] = [] if rng.random() < 0.6 else ["二〇二四年村干部培训题库", ""]
    groups = [(kind, drawn(rng, [kind])) for kind in wanted]
    number = 0
    keys: list[tuple[int, Known]] = []
    last_keys: list[tuple[int, str, list[tuple[int, Known]]]] = []
    known: list[Known] = []
    for at, (kind, items) in enumerate(groups):
        name = rng.choice(NAMES[kind])
        if layout.sections:
            lines.append(_heading(layout, at, name, len(items)))
        keys = []
        for position, item in enumerate(items, 1):
            number = position if layout.restart else number + 1
            lines += layout.item(rng, item, number)
            keys.append((number, item))
            known.append(item)
        if layout.place == "section":
            lines += _grouped(rng, layout, keys, name, heading=False)
        if layout.place in ("end", "file"):
            last_keys += [(at, name, keys)]
    tail: list[str] = []
    for at, name, group in last_keys:
        tail += _grouped(rng, layout, group, f"{CHINESE[at]}、{name}", heading=layout.sections)
    if layout.place == "end":
        lines += ["参考答案", *tail]
    return (
        "\n".join(lines),
        ("\n".join(tail) if layout.place == "file" else None),
        known,
        layout.name,
    )


@dataclass
class _Layout:
    sections: bool
    heading: str
    restart: bool
    number: str
    option: str
    joint: str
    label: str
    bracket: str
    gap: str
    judged: tuple[str, str]
    join: str
    place: str
    rationale: str
    blank_line: bool
    further: bool
    boxes: str

    @classmethod
    def drawn(cls, rng: random.Random, kinds: list[str]) -> _Layout:
        written = set(kinds) & {"short", "blank", "ordering", "matching"}
        places = ["line", "line", "line", "label-inline"]
        places += (
            [] if written else ["bracket", "trailing", "section", "end", "file", "text", "lettered"]
        )
        place = rng.choice(places)
        sections = len(kinds) > 1 or bool(written) or rng.random() < 0.5
        number = rng.choice(NUMBERS if sections or rng.random() < 0.6 else TAGGED)
        if place in ("section", "end", "file") and (not sections or number == "{n} "):
            sections, number = True, "{n}."
        option = rng.choice(OPTIONS)
        if set(kinds) <= {"single", "multiple"} and rng.random() < 0.5:
            place, option = rng.choice(
                [("boxes", rng.choice(BOXED)), *[(place, one) for one in COUNTED]]
            )
            number = "{n}." if "{d}" in option or number in TAGGED else number
        return cls(
            sections, rng.choice(HEADINGS), rng.random() < 0.7, number, option,
            rng.choice(JOINTS), rng.choice(LABELS), rng.choice(BRACKETS), rng.choice(GAPS),
            rng.choice(JUDGED), rng.choice(JOINS), place, rng.choice(["", "", "解析：{}", "【解析】{}", "答案解析：{}"]),
            rng.random() < 0.4, rng.random() < 0.2, rng.choice(BOXES),
        )  # fmt: skip

    @property
    def name(self) -> str:
        return f"{self.place}|{self.number}|{self.option!r}|{self.joint!r}|{self.label}|{self.judged}|{self.join!r}|{self.heading if self.sections else ''}"

    def item(self, rng: random.Random, item: Known, number: int) -> list[str]:
        said = self.said(item)
        place = self.place
        if place == "bracket" and item.kind in ("single", "multiple", "truth"):
            gap = self.bracket.format(said)
        else:
            gap = self.gap if "｛｝" in item.stem and item.kind != "truth" else "（ ）"
        stem = item.stem.replace("｛｝", gap)
        if place == "trailing":
            stem += f" {said}"
        tag = {"single": "单选", "multiple": "多选", "truth": "判断"}.get(item.kind, "")
        lines = [self.number.format(n=number, tag=tag) + stem]
        entry = "{c}{text}" if "（" in self.number or "(" in self.number else "（{n}）{text}"
        lines += [
            entry.format(n=n, c="①②③"[n - 1], text=text) for n, text in enumerate(item.left, 1)
        ]
        if item.options:
            shown = [self.shown(item, i) for i in range(len(item.options))]
            lines += self.joint.join(shown).split("\n")
        if place in ("line", "text", "lettered"):
            lines.append(self.label.format(self.spelt(item)))
        elif place == "label-inline":
            lines[-1] += "  " + "答案：" + said
        if self.rationale and place not in ("end", "file", "section"):
            lines.append(self.rationale.format("见有关规定。"))
        if self.further and place == "line":
            lines += ["难度：易", "知识点：村民自治"]
        return [*lines, ""] if self.blank_line else lines

    def shown(self, item: Known, at: int) -> str:
        """An option behind its letter, its sign or its box."""
        letter = chr(ord("A") + at)
        return self.option.format(
            x=letter, o=item.options[at], c="①②③④⑤⑥"[at], d=at + 1, r="ⅠⅡⅢⅣⅤⅥ"[at], s="甲乙丙丁戊己"[at],
            b=self.boxes[letter in item.key],
        )  # fmt: skip

    def signs(self, item: Known) -> str:
        """The key as the signs of options that have no letters."""
        found = [ord(str(one)) - ord("A") for one in item.key]
        for name, signs in (("{c}", "①②③④⑤⑥"), ("{r}", "ⅠⅡⅢⅣⅤⅥ"), ("{s}", "甲乙丙丁戊己")):
            if name in self.option:
                return self.join.join(signs[at] for at in found)
        return self.join.join(str(at + 1) for at in found)

    def spelt(self, item: Known) -> str:
        """The answer on its line: letters, or with place "text" the options' whole texts."""
        if self.place in ("text", "lettered") and item.kind in ("single", "multiple"):
            texts = [item.options[ord(str(x)) - ord("A")] for x in item.key]
            if self.place == "lettered" and item.kind == "single":
                return f"{item.key[0]}. {texts[0]}"
            return texts[0] if item.kind == "single" else "".join(map(str, item.key))
        return self.said(item)

    def said(self, item: Known) -> str:
        if item.kind == "truth":
            return self.judged[item.key != ("true",)]
        if item.kind == "blank":
            return "；".join(str(k[0]) for k in item.key)  # type: ignore[index]
        if item.kind == "ordering":
            return "".join("ABCDEF"[int(str(k))] for k in item.key)
        if item.kind == "matching":
            return "，".join(f"{k[0] + 1}-{'ABCDEF'[k[1]]}" for k in item.key)  # type: ignore[index]
        if item.kind == "short":
            return str(item.key[0])
        if item.options and self.option in COUNTED:
            return self.signs(item)
        return self.join.join(map(str, item.key))


def _heading(layout: _Layout, at: int, name: str, count: int) -> str:
    return layout.heading.format(cn=CHINESE[at], name=name, p=2, n=count, total=2 * count)


def _grouped(
    rng: random.Random, layout: _Layout, keys: list[tuple[int, Known]], name: str, *, heading: bool
) -> list[str]:
    """The answers of a section in a block."""
    pairs = [(number, layout.said(item).rstrip("。")) for number, item in keys]
    style = rng.choice(["row", "lines", "range"])
    if layout.join not in ("",) or any(len(said) > 1 for _, said in pairs):
        style = "row" if layout.join == "" else "lines"
    head = [name] if heading else ["参考答案"]
    if style == "range":
        return [*head, f"{pairs[0][0]}—{pairs[-1][0]} {''.join(said for _, said in pairs)}"]
    made = [f"{number}.{said}" for number, said in pairs]
    return [*head, *(made if style == "lines" else ["  ".join(made)])]


HEADERS = {
    "number": ["序号", "题号", "编号"],
    "kind": ["题型", "试题类型", "题目类型", "类型"],
    "stem": ["题干", "题目", "试题内容", "问题", "题目内容"],
    "key": ["答案", "正确答案", "参考答案", "标准答案"],
    "rationale": ["解析", "答案解析", "试题解析"],
    "points": ["分值", "分数"],
    "difficulty": ["难度", "难易程度"],
    "topic": ["知识点", "章节"],
    "maker": ["出题人", "录入人", "命题单位"],
    "day": ["创建时间", "录入日期"],
    "status": ["状态", "是否启用", "备注"],
}
FURTHER = {"maker": "教务科", "day": "2024-03-01", "status": "启用"}
OPTION_HEADERS = ["选项{x}", "{x}", "{x}选项", "答案{x}", "选项{x}（必填）", "选项 {x}"]


def table_bank(seed: int) -> tuple[list[Sheet], list[Known], str]:
    """A bank as sheets of a workbook, the items in it, and the name of its layout."""
    rng = random.Random(seed)
    kinds = rng.choice([["single"], ["single", "multiple", "truth"], ["single", "multiple"],
        ["truth"], ["single", "multiple", "truth", "blank", "short"]])  # fmt: skip
    together = rng.choice(["columns", "columns", "columns", "cell"])
    sign = rng.choice(["\n", "|", "；", "lettered", "in a row", "circled"])
    judged = rng.choice([*JUDGED[:5], ("1", "0"), ("是", "否"), ("TRUE", "FALSE"), ("A", "B")])
    join = rng.choice(JOINS)
    order = [
        "number",
        "kind",
        "stem",
        "options",
        "key",
        "rationale",
        "points",
        "difficulty",
        "topic",
    ]
    left_out = {
        name
        for name in ("number", "rationale", "points", "difficulty", "topic")
        if rng.random() < 0.5
    }
    if len(kinds) == 1 and rng.random() < 0.3:
        left_out.add("kind")
    if rng.random() < 0.3:
        order.remove("key")
        order.insert(order.index("options"), "key")
    headed = rng.random() < 0.85 or len(kinds) > 3 or together == "cell"
    if not headed:
        left_out |= {"points", "difficulty", "topic", "rationale"}
    order = [name for name in order if name not in left_out]
    if headed and rng.random() < 0.4:
        order.insert(rng.randint(0, len(order)), rng.choice(["maker", "day", "status"]))
    names = {name: rng.choice(HEADERS[name]) for name in order if name != "options"}
    header_of_options = rng.choice(OPTION_HEADERS)
    width = 5
    sheets = [Sheet("题库")] if rng.random() < 0.7 else [Sheet("第一章"), Sheet("第二章")]
    known: list[Known] = []
    named = rng.choice(["letters", "letters", "letters", "small", "text", "digits"])
    layout = _TableLayout(order, together, sign, judged, join, width, named)
    for sheet in sheets:
        if headed and rng.random() < 0.3:
            sheet.rows.append(["村干部培训题库（2024年版）"])
        if headed:
            row: list[object] = []
            for name in order:
                if name != "options":
                    row.append(names[name])
                elif together == "cell":
                    row.append("选项")
                else:
                    row += [header_of_options.format(x="ABCDE"[i]) for i in range(width)]
            sheet.rows.append(row)
        for number, item in enumerate(drawn(rng, kinds), 1):
            sheet.rows.append(layout.row(rng, item, number))
            known.append(item)
            if rng.random() < 0.05:
                sheet.rows.append([""] * 8)
    shown = (
        f"{'headed' if headed else 'bare'}|{together}|{sign!r}|{judged}|{join!r}|{named}|{order}"
    )
    return sheets, known, shown


@dataclass
class _TableLayout:
    order: list[str]
    together: str
    sign: str
    judged: tuple[str, str]
    join: str
    width: int
    named: str

    def row(self, rng: random.Random, item: Known, number: int) -> list[object]:
        cells: list[object] = []
        for name in self.order:
            if name == "options":
                cells += self.options(item)
            elif name == "stem":
                cells.append(item.stem.replace("｛｝", "（ ）" if item.kind != "truth" else ""))
            elif name == "key":
                cells.append(self.key(item))
            else:
                cells.append({"number": number, "kind": NAMES[item.kind][0], "rationale": "见有关规定。",
                    "points": 2, "difficulty": "易", "topic": "村民自治", **FURTHER}[name])  # fmt: skip
        return cells

    def options(self, item: Known) -> list[object]:
        options = list(item.options)
        if item.kind == "truth" and self.judged == ("A", "B"):
            options = ["正确", "错误"]
        if self.together == "columns":
            return [*options, *[""] * (self.width - len(options))]
        if self.sign == "lettered":
            return ["\n".join(f"{'ABCDE'[i]}.{o}" for i, o in enumerate(options))]
        if self.sign == "in a row":
            return ["  ".join(f"{'ABCDE'[i]}、{o}" for i, o in enumerate(options))]
        if self.sign == "circled":
            return ["".join(f"{'①②③④⑤'[i]}{o}" for i, o in enumerate(options))]
        return [self.sign.join(options)]

    def key(self, item: Known) -> str:
        if item.kind == "truth":
            return self.judged[item.key != ("true",)]
        if item.kind == "blank":
            return "；".join(str(k[0]) for k in item.key)  # type: ignore[index]
        if item.kind == "short":
            return str(item.key[0])
        return self.join.join(map(self.letter, item.key, [item] * len(item.key)))

    def letter(self, one: object, item: Known) -> str:
        """How a key names an option."""
        at = ord(str(one)) - ord("A")
        if self.named == "text" and item.kind == "single":
            return item.options[at]
        if self.named == "digits" and not (self.together == "cell" and self.sign == "lettered"):
            return str(at + 1)
        return str(one).lower() if self.named == "small" else str(one)


def aligned(known: list[Known], drafts: list[Draft]) -> list[tuple[Known, Draft | None]]:
    """Every item with its draft: in their order if none is missing, else by their stems."""
    if len(known) == len(drafts):
        return list(zip(known, drafts, strict=True))
    left = list(drafts)
    pairs: list[tuple[Known, Draft | None]] = []
    for item in known:
        at = next((i for i, d in enumerate(left) if _bare(d.stem) == _bare(item.stem)), None)
        pairs.append((item, None if at is None else left.pop(at)))
    return pairs


def difference(known: Known, draft: Draft | None) -> str:
    """What of a draft is not as the item is meant, e.g. "stem key"; "" if nothing is."""
    if draft is None:
        return "missing"
    wrong = [] if draft.kind == known.kind else [f"kind {draft.kind}"]
    if _bare(draft.stem) != _bare(known.stem):
        wrong.append(f"stem {draft.stem!r}")
    judging = known.kind == "truth" and sorted(map(_bare, draft.options)) == sorted(
        ("正确", "错误")
    )
    if not judging and tuple(map(_bare, draft.options)) != tuple(map(_bare, known.options)):
        wrong.append(f"options {draft.options}")
    key = tuple(one.rstrip("。") if isinstance(one, str) else one for one in draft.key)
    if key != tuple(one.rstrip("。") if isinstance(one, str) else one for one in known.key):
        wrong.append(f"key {draft.key}")
    if known.left and tuple(part.stem for part in draft.parts) != known.left:
        wrong.append("left")
    return " ".join(wrong)


def _bare(text: str) -> str:
    """A text without spaces and without the gap, in whichever form it was drawn."""
    return re.sub(r"｛｝|_+|[（(【]\s*[)）】]|\s", "", text)
