"""GIFT, read: every question becomes a draft, and whatever it says beyond one a problem."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from question_bank.items.formats import gift_syntax as syntax
from question_bank.items.formats import markup
from question_bank.items.formats.tags import tagged
from question_bank.items.formats.weights import FULL, choice_key, numerical, share
from question_bank.items.kinds.gaps import Graded, gap_of
from question_bank.items.kinds.protocol import letter
from question_bank.items.rules.draft import Draft, Place, Problem, Reading

_TRUE, _FALSE = {"T", "TRUE"}, {"F", "FALSE"}
_GAP = "_____"
_EMPHASIS = re.compile(r"(\*\*|__|\*)(?=\S)(.+?)(?<=\S)\1")


@dataclass(slots=True)
class _Answer:
    """One answer of a block: its sign, its weight in percent, its text and feedback, both raw."""

    sign: str
    weight: Decimal | None
    text: str
    feedback: str


@dataclass(slots=True)
class _Question:
    """A question while it is read; `format` is that of all its texts that name none."""

    place: Place
    format: str = "moodle"
    kind: str = ""
    options: list[str] = field(default_factory=list)
    key: list[Any] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, sentence: str, *, notice: bool = False) -> None:
        if all(problem.sentence != sentence for problem in self.problems):
            self.problems.append(Problem(code, sentence, self.place, notice))

    def text(self, raw: str) -> str:
        """A text as it shows: escapes, format and markup taken off."""
        form, rest = syntax.cut_format(raw.strip(), self.format)
        text = syntax.shown(rest)
        if form == "markdown":
            bare = _EMPHASIS.sub(r"\2", text)
            if bare != text:
                self.report("markdown", "题里有 Markdown 格式，只读了文字。", notice=True)
            return bare
        if form == "plain" or not markup.looks_marked(text):
            return text
        files: list[str] = []
        said = markup.said_by(text.replace("\n", "<br>"), files)
        if files or said.lost:
            self.report(
                "markup", f"文字里有读不进来的内容：{'、'.join(said.lost) or '图片'}，请核对。"
            )
        return said.text


def read_text(text: str, file: str) -> Reading:
    """All questions of a GIFT text, and what concerns the file as a whole."""
    topic, named = "", 0
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for block in syntax.blocks(text):
        if block.text.startswith("$CATEGORY:"):
            topic = topic_of(syntax.shown(block.text.removeprefix("$CATEGORY:")))
            continue
        draft, name = _draft(block, file, len(drafts) + 1, topic)
        named += bool(name)
        drafts.append(draft)
    if named:
        sentence = f"{named}道题另有名称（::名称::），题库里没有这一栏，没有读入。"
        problems.append(Problem("names_left_out", sentence, Place(file, 1), notice=True))
    return Reading(tuple(drafts), tuple(problems), "gift")


def topic_of(category: str) -> str:
    """A category as the path of a topic: `$course$/top/公务员法/录用` is 公务员法 > 录用."""
    names = [re.sub(r"//", "／", name.strip()) for name in re.split(r"(?<!/)/(?!/)", category)]
    kept = [name for at, name in enumerate(names)
            if name and not re.fullmatch(r"\$.*\$", name) and not (at < 2 and name == "top")]  # fmt: skip
    return " > ".join(kept)


def _draft(block: syntax.Block, file: str, number: int, topic: str) -> tuple[Draft, str]:
    question = _Question(Place(file, block.line))
    text, name = block.text.strip(), ""
    named = re.match(r"::(.*?)::", text, re.DOTALL)
    if named:
        name, text = syntax.shown(named[1]), text[named.end() :].strip()
    stem, answer = _cut(text, question)
    question.format, _ = syntax.cut_format(stem.strip(), "moodle")
    if answer is not None:
        _answer(question, answer)
    shown = question.text(stem)
    draft = Draft(
        number=number,
        kind=question.kind,
        stem=shown,
        options=tuple(question.options),
        key=tuple(question.key),
        parts=tuple(
            Draft(at, "", one, (), (), question.place) for at, one in enumerate(question.left, 1)
        ),
        rationale="\n".join(question.remarks),
        topic=topic,
        source=question.place,
        problems=tuple(question.problems),
    )
    return tagged(draft, block.tags), name


def _cut(text: str, question: _Question) -> tuple[str, str | None]:
    """The stem and what stands in the braces; a gap where text goes on behind them."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        question.report("description", "这一段只有说明文字，没有作答的地方，不是试题。")
        return text, None
    if start < 0 or end < start:
        question.report("braces", "大括号不成对，读不出答案。")
        return text, None
    rest = text[end + 1 :]
    if "{" in rest or "}" in rest:
        question.report(
            "braces",
            "有不止一对大括号，只读了第一对里的答案。请把其余的空拆成另一道题，或补进答案。",
        )
    stem = text[:start] + (_GAP if rest.strip() else "") + rest
    return (text[:start] if not rest.strip() else stem), text[start + 1 : end].strip()


def _answer(question: _Question, answer: str) -> None:
    answer, general = _general(answer)
    if general:
        question.remarks.append(question.text(general))
    bare = answer.partition("#")[0].strip()
    if not answer:
        question.kind = "essay"
    elif answer.startswith("#"):
        _numerical(question, answer[1:].strip())
    elif "~" in answer:
        _choice(question, _answers(answer, "~="))
    elif "=" in answer and "->" in answer:
        _matching(question, _answers(answer, "="))
    elif bare.upper() in _TRUE | _FALSE:
        _truth(question, bare.upper(), answer)
    else:
        _short(question, _answers(answer, "="))


def _general(answer: str) -> tuple[str, str]:
    before, sign, after = answer.rpartition("####")
    return (before.strip(), after.strip()) if sign else (answer, "")


def _answers(text: str, signs: str) -> list[_Answer]:
    """The answers that the signs open; text before the first of them is one without a sign."""
    pieces = re.split(f"([{signs}])", text)
    opened = list(zip(pieces[1::2], pieces[2::2], strict=True))
    if pieces[0].strip():
        opened.insert(0, ("", pieces[0]))
    made = []
    for sign, piece in opened:
        said, _, feedback = piece.strip().partition("#")
        weight: Decimal | None = None
        if sign != "=" or "~" not in signs:
            weight, said = syntax.cut_weight(said)
        made.append(_Answer(sign, weight, said.strip(), feedback.strip()))
    return made


def _choice(question: _Question, answers: list[_Answer]) -> None:
    """`=` says one right answer, weights alone several."""
    single = any(answer.sign == "=" for answer in answers)
    question.kind = "single" if single else "multiple"
    question.options = [question.text(answer.text) for answer in answers]
    weights = [FULL if answer.sign == "=" else answer.weight or Decimal(0) for answer in answers]
    key, told = choice_key(weights, single=single)
    question.key = list(key)
    if told:
        question.report("weights", told)
    for at, answer in enumerate(answers):
        if answer.feedback:
            question.remarks.append(f"{letter(at)}：{question.text(answer.feedback)}")


def _matching(question: _Question, answers: list[_Answer]) -> None:
    question.kind = "matching"
    for answer in answers:
        left, _, right = answer.text.partition("->")
        text = question.text(right)
        if answer.weight is not None or answer.sign != "=" or "->" not in answer.text:
            question.report(
                "pairs",
                f"配对“{question.text(answer.text)[:20]}”没有看懂，请编辑这道题，把两栏和配对补全。",
            )
            continue
        if text not in question.options:
            question.options.append(text)
        if left.strip():
            question.key.append((len(question.left), question.options.index(text)))
            question.left.append(question.text(left))
        if answer.feedback:
            question.remarks.append(f"{question.text(left)}：{question.text(answer.feedback)}")


def _truth(question: _Question, word: str, answer: str) -> None:
    """`{T#feedback for the wrong answer#for the right one}`."""
    question.kind = "truth"
    question.key = ["true" if word in _TRUE else "false"]
    _, wrong, right = (*answer.split("#", 2), "", "")[:3]
    if wrong.strip():
        question.remarks.append(f"答错：{question.text(wrong)}")
    if right.strip():
        question.remarks.append(f"答对：{question.text(right)}")


def _short(question: _Question, answers: list[_Answer]) -> None:
    question.kind = "blank"
    graded = []
    for answer in answers:
        text, wild = syntax.unstarred(question.text(answer.text))
        if wild:
            question.report("wildcard", wildcard_told(text))
        graded.append(Graded(text, share(FULL if answer.weight is None else answer.weight)))
        if answer.feedback:
            question.remarks.append(f"{text}：{question.text(answer.feedback)}")
    question.key = gap_key(graded, question.report)


CASE_TOLD = (
    "原题区分大小写，题库判填空题时不区分。不要紧就按“核对无误”；"
    "写错大小写不该得分的，请改成选择题，或改成简答题由人批阅。"
)


def wildcard_told(text: str) -> str:
    return (
        f"答案“{text}”里的 * 在 Moodle 里代表任意文字，题库里只是一个星号。请编辑这道题，"
        "把认可的写法一一写在答案里，用“|”隔开；说不尽的，请改成简答题由人批阅。"
    )


def _numerical(question: _Question, text: str) -> None:
    """`1822:2` and `1820..1824` are numbers with a margin."""
    question.kind = "blank"
    graded = []
    for answer in _answers(text, "="):
        said = syntax.shown(answer.text)
        if answer.feedback:
            question.remarks.append(f"{said}：{question.text(answer.feedback)}")
        one = numerical(said, FULL if answer.weight is None else answer.weight)
        if one is None:
            question.report("tolerance", not_numerical(said))
        else:
            graded.append(one)
    question.key = gap_key(graded, question.report)


def not_numerical(said: str) -> str:
    return f"数值题的答案“{said[:30]}”不是数，没有读入，请改写答案。"


def gap_key(graded: list[Graded], report: Callable[[str, str], None]) -> list[Any]:
    """The key of one blank with these answers; none where nothing is wholly right, which is told."""
    gap = gap_of([one.shown for one in graded])
    if graded and not gap.accepted:
        report(
            "weights",
            f"答案“{'”“'.join(gap.texts)}”都只得一部分的分，没有满分的答案。请写明哪一个是满分的答案。",
        )
    return [gap.entry()] if gap.accepted else []
