"""Print as the mark of a right option: bold, coloured, underlined or highlighted ones.

A mark is taken for the key without a doubt only where the whole file is marked so; emphasis that
carries the meaning of a question is reported, for a text has no underlines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from question_bank.intakes.rules import keys, options
from question_bank.intakes.rules.answers import letter
from question_bank.intakes.rules.fields import Fields
from question_bank.items.rules.lines import Line

_EMPHASIS = re.compile(
    r"[划画加]\s*(?:横|曲|波浪)?线|下划线|加点|加粗|underlin|gạch chân", re.IGNORECASE
)
_SHOWN = {
    "star": "星号",
    "bold": "加粗",
    "underline": "下划线",
    "colour": "字体颜色",
    "highlight": "底色",
}


def of_option(lines: list[Line]) -> frozenset[str]:
    """The marks of an option: those on all of its lines, else those of its letter alone."""
    inked = [line.marked() for line in lines if line.text.strip()]
    own = frozenset.intersection(*inked) if inked else frozenset()
    heads = {f"letter {name}" for name in (lines[0].head if lines else ()) if name not in own}
    return own | heads


def take_stars(fields: Fields) -> None:
    """Make marks of the stars behind some of the options; where all or none bear one, they stay."""
    found = [options.unstarred(option.text) for option in fields.options]
    starred = sum(1 for _, star in found if star)
    if not 0 < starred < len(found):
        return
    for option, (text, star) in zip(fields.options, found, strict=True):
        if star:
            option.text, option.marks = text, option.marks | {"star"}


def drop_crosses(fields: Fields) -> None:
    """Take off the × that stand behind all options but those that bear a √."""
    found = [options.uncrossed(option.text) for option in fields.options]
    ticked = [option.ticked for option in fields.options]
    if any(ticked) and all(tick != cross for tick, (_, cross) in zip(ticked, found, strict=True)):
        for option, (text, _) in zip(fields.options, found, strict=True):
            option.text = text


def with_gaps(line: Line) -> Line:
    """A line of a stem to be filled, in which underlined words stand upon gaps: `__五年__`."""
    spans = sorted((m.start, m.end) for m in line.marks if m.name == "underline")
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    if not merged or keys.count_blanks(line.text):
        return line
    text, at = "", 0
    for start, end in merged:
        text += f"{line.text[at:start]}__{line.text[start:end].strip()}__"
        at = end
    return replace(line, text=text + line.text[at:], marks=())


def report_emphasis(fields: Fields, lines: Iterable[Line]) -> None:
    """A question about underlined words has lost its underlines."""
    if _EMPHASIS.search(fields.stem) and any(line.marks for line in lines):
        fields.report("emphasis_lost", "题里问到划线或加粗的部分，文字里没有保留，请核对。")


def decide(items: list[Fields]) -> None:
    """Let the print of options say the answer where nothing else does, and doubt it unless the
    file says nearly all of its answers so."""
    choices = [
        fields
        for fields in items
        if sum(1 for o in fields.options if o.text) > 1
        and fields.kind not in ("matching", "ordering")
    ]
    found = [_standing_out(fields) for fields in choices]
    unanswered = [i for i, fields in enumerate(choices) if not fields.said]
    counts = Counter(name for i in unanswered for name in found[i])
    agreed = _agreement(choices, found)
    for i, fields in enumerate(choices):
        if fields.said:
            _compare(fields, found[i], agreed)
        elif found[i]:
            best = max(sorted(found[i]), key=lambda name: counts[name])
            fields.said, fields.origin = found[i][best], "marks"
            _doubt(fields, found[i], best, counts[best], len(unanswered), len(choices), agreed)
    _doubt_sameness([choices[i] for i in unanswered if choices[i].origin == "marks"])


def _standing_out(fields: Fields) -> dict[str, str]:
    """Mark → the letters of the options that bear it, where it tells some from the others."""
    names = {name for option in fields.options for name in option.marks if name != "strike"}
    chosen = {
        name: "".join(letter(i) for i, o in enumerate(fields.options) if name in o.marks and o.text)
        for name in names
    }
    filled = sum(1 for option in fields.options if option.text)
    return {name: letters for name, letters in chosen.items() if 0 < len(letters) < filled}


def _agreement(choices: list[Fields], found: list[dict[str, str]]) -> dict[str, tuple[int, int]]:
    """Mark → (how often it agrees with a written answer, how often there are both)."""
    counts: dict[str, tuple[int, int]] = {}
    for fields, standing in zip(choices, found, strict=True):
        said = "".join(sorted(set(keys.letters(fields.said))))
        for name, letters in standing.items() if said else ():
            same, both = counts.get(name, (0, 0))
            counts[name] = (same + (letters == said), both + 1)
    return counts


def _doubt(
    fields: Fields, standing: dict[str, str], best: str, marked: int, unanswered: int,
    choices: int, agreed: dict[str, tuple[int, int]],
) -> None:  # fmt: skip
    same, both = agreed.get(best, (0, 0))
    proved = both >= 3 and same == both
    throughout = marked * 10 >= unanswered * 9 and unanswered > 1
    alone = unanswered * 10 >= choices * 9 and same == both
    if len(set(standing.values())) > 1:
        fields.report("marks_differ", "选项有几种突出显示，说的不是同一个答案，请确认。")
    elif not (throughout and (proved or alone)):
        shown = _SHOWN.get(best.removeprefix("letter ").split(":")[0], "字体")
        fields.report(
            "answer_unusual",
            f"答案取自选项的{shown}，而文件里的题并非都这样给答案，请确认。",
        )


def _compare(fields: Fields, standing: dict[str, str], agreed: dict[str, tuple[int, int]]) -> None:
    """Where marks agree with the written answers all along, one that does not is worth a look."""
    said = "".join(sorted(set(keys.letters(fields.said))))
    if said and standing.get("star", said) != said:
        shown = standing["star"]
        fields.report("answers_disagree", f"打星号的选项是{shown}，写的答案是{said}，请确认。")
        return
    for name, letters in standing.items():
        same, both = agreed.get(name, (0, 0))
        if said and letters != said and both >= 5 and same * 10 >= both * 8:
            fields.report(
                "answers_disagree", f"突出显示的选项是{letters}，写的答案是{said}，请确认。"
            )
            return


def _doubt_sameness(marked: list[Fields]) -> None:
    """The same letter all along is rather the print of a list than a key."""
    if len(marked) >= 5 and len({fields.said for fields in marked}) == 1:
        for fields in marked:
            fields.report("marks_alike", f"突出显示的选项全是{fields.said}，未必是答案，请确认。")
