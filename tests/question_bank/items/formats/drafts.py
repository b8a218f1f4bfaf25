"""Items of every kind with texts that break careless formats, for property-based tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume
from hypothesis import strategies as st

from question_bank.items.formats.protocol import tidy
from question_bank.items.kinds.credits import with_credits
from question_bank.items.kinds.gaps import Gap, Graded, gap_of
from question_bank.items.rules.draft import Draft, Place
from question_bank.items.rules.terms import Source

HERE = Place("", 1)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000a49444154789c"
    "6300010000050001" "0d0a2db40000000049454e44ae426082"
)  # fmt: skip
FILES = {"图一.png": PIXEL, "b.png": PIXEL + b" ", "录音.mp3": b"ID3" + bytes(64)}
_NASTY = [
    "A.", "B、", "\nA. 甲", "（A）", "A", "答案：B", "\n答案：C\n", "解析：", "1.", "\n2、", "第3题",
    "{", "}", "{=", "=", "~", "#", "####", "->", "%50%", "%", "\\", "\\n", "\\\\", "::", "//", "$CATEGORY:",
    "[html]", "[plain]", "[单选题]", "$$", "*", "**", "|", ";", "；", "\"", "'", "“", "”", "<", ">", "&", "&lt;",
    "<b>", "</p>", "<!--", "]]>", "<![CDATA[", "&#65;", "&nbsp;", "[[1]]", "{1:SHORTANSWER:=a}", "@@PLUGINFILE@@/x",
    "____", "（ ）", "(  )", "＿＿", "　", "  ", "\n", "\n\n", "\t", "\u00a0", "ＡＢ", "１．", "，", "。", "√", "×",
    "đồng chí", "Nguyễn", "tiếng Việt", "𠮷", "㐀", "龘", "😀", "👨‍👩‍👧", "é", "_x000D_", "_x0041_", "=1+1", "@SUM", "-1",
    "'=", "True", "F", "T", "1/2", "10%", "【50%】", "【±2】", "【B 50%】", "【】", "每届任期", "五年", "村民委员会", "正确", "错误", "x", "y", "　首", "尾　",
]  # fmt: skip
_words = st.one_of(
    st.sampled_from(_NASTY),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Co", "Cn")), max_size=4),
)
_texts = st.lists(_words, min_size=1, max_size=6).map("".join)
_lines = st.lists(_words, min_size=1, max_size=4).map("".join).map(lambda t: " ".join(t.split()))


def _filled(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return strategy.filter(lambda text: bool(tidy(_bare(text)).stem))


def _bare(stem: str) -> Draft:
    return Draft(1, "essay", stem, (), (), HERE)


texts, lines = _filled(_texts), _filled(_lines)
_options = st.lists(texts, min_size=2, max_size=6, unique_by=lambda t: tidy(_bare(t)).stem)
_points = st.sampled_from([None, Decimal("0.5"), Decimal(1), Decimal(2), Decimal("12.5")])
_sources = st.builds(
    Source, lines, st.just("") | lines, st.just("") | lines,
    st.sampled_from([None, date(2024, 2, 29)]), st.sampled_from([None, date(2030, 12, 31)]),
)  # fmt: skip
_shares = st.sampled_from(
    [Fraction(1, 2), Fraction(1, 3), Fraction(-1, 4), Fraction(1), Fraction(-1)]
)
_parts = _shares.filter(lambda share: share < 1)
_margins = st.sampled_from([None, None, Decimal(0), Decimal("0.5"), Decimal(20)])
_numbers = st.lists(
    st.sampled_from(["1822【±2】", "1822【±0】", "-3.14【±0.005 50%】", "7【±1 1/3】", "1822【±20 25%】"]),
    min_size=1, max_size=3, unique=True,
).map(lambda found: ["1822【±1】", *found])  # fmt: skip


def _graded(accepted: tuple[str, ...]) -> st.SearchStrategy[tuple[Graded, ...]]:
    """Further answers with a share of the points."""
    one = st.builds(Graded, texts | st.sampled_from([*accepted, "12"]), _shares, _margins)
    return st.just(()) | st.lists(one, max_size=2).map(tuple)


@st.composite
def singles(draw: st.DrawFn) -> Draft:
    options = tuple(draw(_options))
    letters = "ABCDEF"[: len(options)]
    right = draw(st.sampled_from(letters))
    others = st.dictionaries(st.sampled_from(letters.replace(right, "")), _parts, max_size=2)
    return Draft(1, "single", draw(texts), options, with_credits([right], draw(others)), HERE)


@st.composite
def multiples(draw: st.DrawFn) -> Draft:
    options = tuple(draw(_options))
    letters = "ABCDEF"[: len(options)]
    right = sorted(draw(st.sets(st.sampled_from(letters), min_size=1)))
    sets = st.sets(st.sampled_from(letters), min_size=2).map(lambda found: "".join(sorted(found)))
    shares = draw(
        st.dictionaries(sets.filter(lambda one: one != "".join(right)), _shares, max_size=1)
    )
    if draw(st.booleans()):
        wrong = sorted(set(letters) - set(right))
        shares |= {one: min(Fraction(0), draw(_shares)) for one in wrong[:2]}
        shares |= dict.fromkeys(
            right, draw(st.sampled_from([Fraction(1, len(right)), Fraction(1)]))
        )
    key = with_credits(right, shares)
    return Draft(1, "multiple", draw(texts), options, key, HERE)


@st.composite
def truths(draw: st.DrawFn) -> Draft:
    return Draft(1, "truth", draw(texts), (), (draw(st.sampled_from(["true", "false"])),), HERE)


@st.composite
def blanks(draw: st.DrawFn) -> Draft:
    accepted = draw(
        st.lists(st.lists(texts, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4)
    )
    group = draw(st.sampled_from(["", "1", "x"]))
    key = [
        Gap(one, group if at % 2 else "", draw(_graded(one))).entry()
        for at, one in enumerate(accepted)
    ]
    if draw(st.booleans()):
        key[0] = gap_of(draw(_numbers)).entry()
    stem = draw(texts) + draw(st.sampled_from(["", "____" * len(key), " ____ ，（ ）。"]))
    return Draft(1, "blank", stem, (), tuple(key), HERE)


@st.composite
def written(draw: st.DrawFn) -> Draft:
    kind = draw(st.sampled_from(["short", "essay", "speaking"]))
    rows = draw(st.lists(st.tuples(texts, st.sampled_from(["1", "2.5"])), max_size=3))
    rubric = tuple({"text": text, "points": Decimal(points)} for text, points in rows)
    key = (draw(texts),) if draw(st.booleans()) or not rubric else ()
    return Draft(1, kind, draw(texts), (), key, HERE, rubric=rubric)


@st.composite
def matchings(draw: st.DrawFn) -> Draft:
    options = tuple(draw(_options))
    left = draw(st.lists(texts, min_size=2, max_size=5))
    pairs = [(at, draw(st.integers(0, len(options) - 1))) for at in range(len(left))]
    right = [f"{at + 1}-{'ABCDEF'[one]}" for at, one in pairs]
    shares = draw(st.dictionaries(st.sampled_from(["错", *right, "1-A"]), _shares, max_size=2))
    # A key under which a wholly right response earns less than all is refused by the kind.
    assume(sum(shares.get(one, Fraction(1, len(pairs))) for one in right) >= 1)
    key = with_credits(pairs, shares)
    parts = tuple(Draft(at, "", one, (), (), HERE) for at, one in enumerate(left, start=1))
    return Draft(1, "matching", draw(texts), options, key, HERE, parts=parts)


@st.composite
def orderings(draw: st.DrawFn) -> Draft:
    options = tuple(draw(_options))
    order = draw(st.permutations(range(len(options))))
    others = st.permutations("ABCDEF"[: len(options)]).map("".join)
    key = with_credits(order, draw(st.dictionaries(others, _shares, max_size=1)))
    return Draft(1, "ordering", draw(texts), options, key, HERE)


@st.composite
def cases(draw: st.DrawFn) -> Draft:
    kind = draw(st.sampled_from(["case", "listening"]))
    inner = st.one_of(singles(), multiples(), truths(), blanks(), written(), orderings())
    parts = draw(st.lists(inner, min_size=1, max_size=3))
    told = [
        replace(part, number=at, rationale=draw(st.just("") | texts), points=draw(_points))
        for at, part in enumerate(parts, start=1)
    ]
    media = ("录音.mp3",) if kind == "listening" else ()
    plays = draw(st.sampled_from([None, 2])) if media else None
    transcript = draw(st.just("") | texts) if media else ""
    return Draft(1, kind, draw(texts), (), (), HERE, parts=tuple(told), media=media, plays=plays,
                 transcript=transcript)  # fmt: skip


@st.composite
def pictured(draw: st.DrawFn) -> Draft:
    """An item with pictures in its stem and an option, and a file that no text shows."""
    plain = draw(st.one_of(singles(), multiples(), orderings()))
    option = plain.options[0] + "［图1］"
    media = ("图一.png", "b.png", "录音.mp3")[: draw(st.integers(1, 3))]
    return replace(plain, stem=plain.stem + draw(st.sampled_from(["", "［图1］看"])), options=(option, *plain.options[1:]),
                   media=media)  # fmt: skip


simple = st.one_of(singles(), multiples(), truths(), blanks(), written(), matchings(), orderings())


_tags = st.sampled_from(
    [
        "2024年新增",
        "重点",
        "难度：难",
        "标签：甲",
        "题型：单选题",
        "[x]",
        "a\\b",
        "顺序：2,1",
        "%50%",
    ]
)


@st.composite
def dressed(draw: st.DrawFn, inner: st.SearchStrategy[Draft]) -> Draft:
    """An item with all that stands beside its content, tidy as it travels."""
    said = replace(
        draw(inner),
        rationale=draw(st.just("") | texts),
        points=draw(_points),
        topic=draw(st.sampled_from(["", "公务员法", "公务员法 > 录用 > 考试"])),
        tags=tuple(draw(st.lists(_tags, max_size=3))),
        difficulty=draw(st.sampled_from(["", "易", "中", "难"])),
        cognition=draw(st.sampled_from(["", "识记", "应用"])),
        sources=tuple(draw(st.lists(_sources, max_size=2))),
    )
    if said.kind == "speaking":
        limits = st.sampled_from([None, 3, 90])
        said = replace(said, seconds=draw(limits), tries=draw(limits))
    return tidy(said)


def batches(inner: st.SearchStrategy[Draft]) -> st.SearchStrategy[list[Draft]]:
    """Up to four items, numbered."""
    several = st.lists(dressed(inner), min_size=1, max_size=4)
    return several.map(
        lambda found: [replace(one, number=at) for at, one in enumerate(found, start=1)]
    )


def bare(draft: Draft) -> Draft:
    """A draft without where it was read, with its files by their content."""
    parts = tuple(bare(part) for part in draft.parts)
    notices = tuple(problem for problem in draft.problems if not problem.notice)
    return replace(draft, source=HERE, told="", parts=parts, problems=notices)
