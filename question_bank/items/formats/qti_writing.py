"""One item of QTI 2.1, written: body, declarations, scoring, rubric and feedback."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from xml.sax.saxutils import escape, quoteattr

from question_bank.items.formats import figures
from question_bank.items.formats.escapes import joined
from question_bank.items.formats.markup import marked_up
from question_bank.items.formats.tags import groups_text
from question_bank.items.formats.weights import graded_answers
from question_bank.items.kinds.credits import WRONG, credits, note, plain
from question_bank.items.kinds.gaps import gaps
from question_bank.items.kinds.protocol import letter
from question_bank.items.kinds.truth import WORDS
from question_bank.items.rules.draft import Draft

NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
_GAP = re.compile(r"_{2,}|＿+|[（(][ \u3000]*[)）]")


@dataclass(slots=True)
class _Sheet:
    """What is written of one item; `mapped` names the responses that are scored by a mapping."""

    media: tuple[str, ...]
    declared: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    matched: list[str] = field(default_factory=list)
    mapped: list[str] = field(default_factory=list)

    def declare(
        self,
        name: str,
        cardinality: str,
        base: str,
        values: Iterable[str],
        mapped: Mapping[str, Fraction] | None = None,
        *,
        floor: Fraction = Fraction(0),
    ) -> None:
        """A response with its correct values; `mapped` are the points of those that have any, `floor`
        those of all others."""
        correct = "".join(f"<value>{escape(value)}</value>" for value in values)
        entries = "".join(
            f'<mapEntry mapKey={quoteattr(one)} mappedValue="{_points(worth)}"/>'
            for one, worth in (mapped or {}).items()
        )
        bounds = f'lowerBound="0" upperBound="1" defaultValue="{_points(floor)}"'
        mapping = f"<mapping {bounds}>{entries}</mapping>" if entries else ""
        right = f"<correctResponse>{correct}</correctResponse>" if correct else ""
        self.declared.append(
            f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" '
            f'baseType="{base}">{right}{mapping}</responseDeclaration>'
        )
        if base != "string" or entries:
            (self.mapped if entries else self.matched).append(name)

    def html(self, text: str) -> str:
        """A text as XHTML, with its pictures."""
        pieces = figures.split(text, self.media)
        return "".join(
            f'<img src={_reference(piece)} alt=""/>' if at % 2 else marked_up(piece)
            for at, piece in enumerate(pieces)
        )


def item(draft: Draft, name: str) -> bytes:
    """The assessmentItem; its files stand in the folder media/ beside it."""
    sheet = _Sheet(draft.media)
    if draft.kind in ("case", "listening"):
        body = _case(sheet, draft)
    else:
        body = _asked(sheet, draft, "RESPONSE")
    below = "".join(f"<p>{_object(one)}</p>" for one in figures.unshown(draft))
    feedback = (
        '<modalFeedback outcomeIdentifier="FEEDBACK" identifier="RATIONALE" showHide="show">'
        f"<p>{sheet.html(draft.rationale)}</p></modalFeedback>"
        if draft.rationale
        else ""
    )
    outcomes = [
        *sheet.outcomes,
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>',
    ]
    if feedback:
        outcomes.append(
            '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"/>'
        )
    title = quoteattr(" ".join(draft.stem.split())[:80] or name)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{NAMESPACE}" identifier="{name}" '
        f'title={title} adaptive="false" timeDependent="false" toolName="Fengxue">'
        f"{''.join(sheet.declared)}{''.join(outcomes)}"
        f'<itemBody class="{draft.kind}">{body}{below}</itemBody>'
        f"{_processing(sheet)}{feedback}</assessmentItem>\n"
    ).encode()


def _points(share: Fraction) -> str:
    """A share of one point, to seven decimals."""
    return f"{Decimal(share.numerator) / Decimal(share.denominator):.7f}".rstrip("0").rstrip(".")


def _reference(name: str) -> str:
    return quoteattr("media/" + name)


def _object(name: str) -> str:
    return f'<object data={_reference(name)} type="{media_type(name)}" class="media"/>'


def media_type(name: str) -> str:
    """The media type that the end of a name says."""
    suffix = name.rpartition(".")[2].lower()
    known = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
             "webp": "image/webp", "mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav",
             "ogg": "audio/ogg", "mp4": "video/mp4", "webm": "video/webm"}  # fmt: skip
    return known.get(suffix, "application/octet-stream")


def _case(sheet: _Sheet, draft: Draft) -> str:
    pieces = [
        f"<p>{sheet.html(draft.stem)}</p>",
        _block("transcript", sheet.html(draft.transcript)),
    ]
    for number, part in enumerate(draft.parts, start=1):
        asked = _asked(sheet, part, f"RESPONSE_{number}")
        remark = _block("rationale", sheet.html(part.rationale))
        swapping = groups_text(part)
        label = f" label={quoteattr(swapping)}" if swapping else ""
        pieces.append(f'<div class="part {part.kind}"{label}>{asked}{remark}</div>')
        if part.points is not None:
            sheet.outcomes.append(
                f'<outcomeDeclaration identifier="SCORE_{number}" cardinality="single" '
                f'baseType="float" normalMaximum="{part.points:f}"/>'
            )
    return "".join(pieces)


def _block(name: str, html: str) -> str:
    return f'<rubricBlock class="{name}" view="scorer"><p>{html}</p></rubricBlock>' if html else ""


def _asked(sheet: _Sheet, draft: Draft, name: str) -> str:
    """Stem and interaction of an item, or of a part, that has one."""
    if draft.kind == "blank":
        graded = any(gap.graded for gap in gaps(draft.key))
        lines = "\n".join(joined(gap.texts, "|") for gap in gaps(draft.key)) if graded else ""
        return _blank(sheet, draft, name) + _block("graded", sheet.html(lines))
    stem = _block("credits", note(draft.key)) + f"<p>{sheet.html(draft.stem)}</p>"
    rows = "".join(
        f'<li label="{Decimal(str(row["points"])):f}">{sheet.html(row["text"])}</li>'
        for row in draft.rubric
    )
    rubric = (
        f'<rubricBlock class="rubric" view="scorer"><ol>{rows}</ol></rubricBlock>' if rows else ""
    )
    transcript = _block("transcript", sheet.html(draft.transcript))
    match draft.kind:
        case "single" | "multiple":
            return stem + _choice(sheet, draft, name)
        case "truth":
            return stem + _truth(sheet, draft, name)
        case "ordering":
            return stem + _ordering(sheet, draft, name)
        case "matching":
            return stem + _matching(sheet, draft, name)
        case _:
            cardinality = "single" if len(draft.key) < 2 else "ordered"
            sheet.declare(name, cardinality, "string", map(str, draft.key))
            entry = f'<extendedTextInteraction responseIdentifier="{name}"/>'
            return f"{stem}{entry}{rubric}{transcript}"


def _choice(sheet: _Sheet, draft: Draft, name: str) -> str:
    single = draft.kind == "single"
    key, shares = plain(draft.key), credits(draft.key)
    mapped = {one: share for one, share in shares.items() if len(one) == 1}
    if single and mapped:
        mapped |= dict.fromkeys(key, Fraction(1))
    sheet.declare(name, "single" if single else "multiple", "identifier", key, mapped)
    choices = "".join(
        f'<simpleChoice identifier="{letter(at)}">{sheet.html(option)}</simpleChoice>'
        for at, option in enumerate(draft.options)
    )
    return (
        f'<choiceInteraction responseIdentifier="{name}" shuffle="false" '
        f'maxChoices="{1 if single else 0}">{choices}</choiceInteraction>'
    )


def _truth(sheet: _Sheet, draft: Draft, name: str) -> str:
    sheet.declare(name, "single", "identifier", draft.key)
    choices = "".join(
        f'<simpleChoice identifier="{word}">{shown}</simpleChoice>' for word, shown in WORDS.items()
    )
    return (
        f'<choiceInteraction class="truth" responseIdentifier="{name}" shuffle="false" '
        f'maxChoices="1">{choices}</choiceInteraction>'
    )


def _ordering(sheet: _Sheet, draft: Draft, name: str) -> str:
    sheet.declare(name, "ordered", "identifier", [letter(at) for at in plain(draft.key)])
    choices = "".join(
        f'<simpleChoice identifier="{letter(at)}">{sheet.html(option)}</simpleChoice>'
        for at, option in enumerate(draft.options)
    )
    return (
        f'<orderInteraction responseIdentifier="{name}" shuffle="true">{choices}</orderInteraction>'
    )


def _matching(sheet: _Sheet, draft: Draft, name: str) -> str:
    key, shares = plain(draft.key), credits(draft.key)
    names = {f"{left + 1}-{letter(right)}": f"L{left + 1} R{right + 1}" for left, right in key}
    worth = {name: shares.get(said, Fraction(1, len(key))) for said, name in names.items()}
    wrong = shares.get(WRONG, Fraction(0))
    sheet.declare(name, "multiple", "directedPair", names.values(), worth, floor=wrong)
    count = len(draft.parts)
    left = "".join(
        f'<simpleAssociableChoice identifier="L{at}" matchMax="1">{sheet.html(part.stem)}'
        "</simpleAssociableChoice>"
        for at, part in enumerate(draft.parts, start=1)
    )
    right = "".join(
        f'<simpleAssociableChoice identifier="R{at}" matchMax="{count}">{sheet.html(option)}'
        "</simpleAssociableChoice>"
        for at, option in enumerate(draft.options, start=1)
    )
    return (
        f'<matchInteraction responseIdentifier="{name}" shuffle="true" maxAssociations="{count}">'
        f"<simpleMatchSet>{left}</simpleMatchSet><simpleMatchSet>{right}</simpleMatchSet>"
        "</matchInteraction>"
    )


def _blank(sheet: _Sheet, draft: Draft, name: str) -> str:
    """An entry behind each gap of the stem, or below it where their number differs."""
    wanted = gaps(draft.key)
    entries = []
    for number, gap in enumerate(wanted, start=1):
        response = name if len(wanted) == 1 else f"{name}_{number}"
        worth: dict[str, Fraction] = {}
        for text, share, _ in graded_answers(gap):
            worth.setdefault(text, share)
        sheet.declare(response, "single", "string", gap.accepted[:1], worth)
        entries.append(f'<textEntryInteraction responseIdentifier="{response}"/>')
    ends = [match.end() for match in _GAP.finditer(draft.stem)]
    if len(ends) != len(entries):
        return f'<p>{sheet.html(draft.stem)}</p><p class="gaps">{" ".join(entries)}</p>'
    cut = [
        sheet.html(draft.stem[start:end])
        for start, end in zip([0, *ends], [*ends, len(draft.stem)], strict=True)
    ]
    return "<p>" + "".join(a + b for a, b in zip(cut, [*entries, ""], strict=True)) + "</p>"


def _processing(sheet: _Sheet) -> str:
    """The standard templates for one response; for several the sum of their mappings."""
    if sheet.matched == ["RESPONSE"] and not sheet.mapped:
        return f'<responseProcessing template="{_TEMPLATES}match_correct"/>'
    if sheet.mapped == ["RESPONSE"] and not sheet.matched:
        return f'<responseProcessing template="{_TEMPLATES}map_response"/>'
    if not sheet.mapped:
        return ""
    added = "".join(f'<mapResponse identifier="{name}"/>' for name in sheet.mapped)
    return (
        f'<responseProcessing><setOutcomeValue identifier="SCORE"><sum>{added}</sum>'
        "</setOutcomeValue></responseProcessing>"
    )
