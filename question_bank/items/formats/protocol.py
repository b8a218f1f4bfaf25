"""What every interchange format can do, and the form in which items travel."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from question_bank.items.formats.figures import settled
from question_bank.items.kinds.credits import credits, plain, with_credits
from question_bank.items.kinds.gaps import Gap, gap_of, gaps
from question_bank.items.rules.draft import Draft, Reading
from question_bank.items.rules.finding import tag_of
from question_bank.items.rules.terms import Source

# XML holds none of these, and no item means one: they come of copies from PDF and old programs.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = str.maketrans("\t\u00a0", "  ")


@dataclass(frozen=True, slots=True)
class Loss:
    """What a format cannot hold of one item. `whole`: it cannot hold the item at all."""

    number: int | str | None
    sentence: str
    whole: bool = False


class Format(Protocol):
    """One interchange format; each module of this folder that is named after a format has it.

    Items travel as drafts whose `media` are names of files. `write` takes tidy drafts of which
    `losses` has told everything; what it tells as lost is not in the file, and nothing else is.
    """

    def read(self, path: Path) -> Reading:
        """The items of a file; raises Unreadable with one Chinese sentence."""

    def files(self, path: Path, names: Collection[str]) -> dict[str, bytes]:
        """The bytes of those files that drafts name; what is not there is left out."""

    def losses(self, draft: Draft) -> list[Loss]:
        """What of a tidy draft would not come back."""

    def write(self, drafts: Sequence[Draft], files: Mapping[str, bytes]) -> bytes:
        """A file with these items, of which none is lost whole."""


def tidy(draft: Draft) -> Draft:
    """The draft as it travels: blanks around texts mean nothing, nor do control characters; every
    break is a line feed, every tab and fixed space a space; an accepted text counts once; groups of blanks are 1, 2 …;
    recordings stand before pictures, and these in the order in which the texts show them."""
    return settled(
        replace(
            draft,
            stem=text(draft.stem),
            options=tuple(map(text, draft.options)),
            key=_key(draft),
            parts=_left(draft) if draft.kind == "matching" else tuple(map(tidy, draft.parts)),
            rationale=text(draft.rationale),
            topic=text(draft.topic).replace("\n", " "),
            tags=tuple(dict.fromkeys(filter(None, map(tag_of, draft.tags)))),
            rubric=tuple(
                {"text": text(row["text"]), "points": row["points"]} for row in draft.rubric
            ),
            sources=tuple(map(_source, draft.sources)),
            transcript=text(draft.transcript),
        )
    )


def _left(draft: Draft) -> tuple[Draft, ...]:
    """The entries of a left column: their stems alone count."""
    return tuple(
        Draft(at, "", text(part.stem), (), (), part.source)
        for at, part in enumerate(draft.parts, start=1)
    )


def text(said: str) -> str:
    """One text as it travels."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", said.translate(_SPACES))).strip()


def _key(draft: Draft) -> tuple[Any, ...]:
    match draft.kind:
        case "blank":
            return blank_key(map(_gap, gaps(draft.key)))
        case "matching":
            pairs = [tuple(pair) for pair in sorted(plain(draft.key))]
            return with_credits(pairs, credits(draft.key))
        case "short" | "essay" | "speaking":
            return tuple(said for said in (text(str(one)) for one in draft.key) if said)
        case _:
            return with_credits(draft.key, credits(draft.key))


def _gap(gap: Gap) -> Gap:
    """A gap as it travels: every text counts once."""
    graded = [replace(one, text=text(one.text)) for one in gap.graded]
    clean = replace(
        gap, accepted=tuple(filter(None, map(text, gap.accepted))), graded=tuple(graded)
    )
    return gap_of(clean.texts, gap.group)


def blank_key(said: Iterable[Gap]) -> tuple[Any, ...]:
    """The key of a blank item from its gaps, groups named in their order."""
    names: dict[str, str] = {}
    return tuple(
        replace(
            gap, group=names.setdefault(gap.group, str(len(names) + 1)) if gap.group else ""
        ).entry()
        for gap in said
    )


def _source(source: Source) -> Source:
    return replace(
        source,
        document=text(source.document),
        article=text(source.article),
        edition=text(source.edition),
    )


def parts_of(draft: Draft) -> tuple[Draft, ...]:
    """The parts that are items themselves: those of a case or a recording."""
    return draft.parts if draft.kind in ("case", "listening") else ()
