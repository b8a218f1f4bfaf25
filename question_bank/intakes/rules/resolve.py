"""From fields to a draft: which kind the item is, and what its key says."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from question_bank.intakes.rules import answers, checks, keys, marks, pairs, parts
from question_bank.intakes.rules.fields import Fields, Option
from question_bank.intakes.rules.kind_words import CHOICE
from question_bank.items.rules.characters import narrow, squeezed
from question_bank.items.rules.draft import Draft, Key
from question_bank.items.rules.finding import tags_of

_CHOICES = ("single", "multiple", CHOICE)
_ORDERED = re.compile(r"排序|排列|先后|顺序")
_MENDED = re.compile(
    r"[（(]\s*[)）]\s*[。，,；;]?\s*((?:应?改为|应?改成|改正|应为|应是|更正)\S.*)$", re.DOTALL
)
_NUMBERED = re.compile(r"\s*[（(]?\d{1,4}\s*[.．、)）](?!\d)")
_SIGN = re.compile(r"[（(]?\s*[10YNRWVXynrwvx]\s*[)）]?")
_ORDINAL = re.compile(r"[（(]\s*\d{1,2}\s*[)）]|[①-⑩]")


def resolve_all(items: list[Fields]) -> list[Draft]:
    """The drafts of all items of a file; whatever could not be decided stands in their problems."""
    for fields in items:
        _letter_options(fields)
        answers.settle(fields)
    marks.decide(items)
    _doubt_signs(items)
    return [_resolve(fields) for fields in items]


def _doubt_signs(items: list[Fields]) -> None:
    """1, 0, y, n, r, w, v, x judge without a doubt only where the file says what they answer, or has
    both sides of them and nothing else."""
    bare = [f for f in items if not f.options and not f.kind and _SIGN.fullmatch(f.said.strip())]
    if len(bare) < 3 or len({f.said.strip().casefold() for f in bare}) != 2 or _counted(items):
        for fields in bare:
            fields.report(
                "kind_unclear", f"答案“{fields.said.strip()}”按判断读入，也可能是编号，请核对题型。"
            )


def _counted(items: list[Fields]) -> bool:
    """Whether some answers are other numbers."""
    return any(re.fullmatch(r"[（(]?\s*[2-9]\s*[)）]?", f.said.strip()) for f in items)


def _resolve(fields: Fields) -> Draft:
    answer = fields.said
    if keys.is_omitted(answer) and not fields.options and fields.kind != "truth":
        fields.report("key_unread", f"答案写的是“{answer.strip()[:20]}”，请补写答案。")
        answer = ""
    kind = _kind(fields, answer)
    if kind in ("case", "listening") and not fields.parts:
        answer = parts.split(fields, answer)
    key = _key(fields, kind, answer)
    if kind == CHOICE:
        kind = "multiple" if len(key) > 1 else "single"
        if not key:
            fields.report("kind_unclear", "题型只写了“选择题”，又没有答案，分不清单选还是多选。")
    draft = Draft(
        number=fields.number,
        kind=kind,
        stem=fields.stem.strip(),
        options=tuple(option.text for option in fields.options),
        key=key,
        source=fields.place,
        parts=_parts(fields, kind),
        rationale=fields.rationale.strip(),
        points=_points(fields),
        topic=fields.topic.strip(),
        tags=tuple(tags_of(fields.tags)),
        difficulty=fields.difficulty.strip(),
        problems=tuple(fields.problems),
        told=fields.source,
    )
    return checks.checked(draft)


def _parts(fields: Fields, kind: str) -> tuple[Draft, ...]:
    """The parts of a case as items, the left column of a matching as mere entries."""
    if kind != "matching":
        return tuple(resolve_all(fields.parts))
    return tuple(
        Draft(part.number, kind, part.stem.strip(), (), (), part.place) for part in fields.parts
    )


def _letter_options(fields: Fields) -> None:
    """Put options in the order of their letters, so that the n-th letter names the n-th option."""
    given = [option.letter for option in fields.options]
    if not any(given):
        return
    if sorted(given) == [chr(ord("A") + i) for i in range(len(given))]:
        fields.options.sort(key=lambda option: option.letter)
        return
    fields.report(
        "option_letters",
        f"选项字母是“{''.join(x or '？' for x in given)}”，不连续或有重复，请核对选项和答案。",
    )
    if len(set(given)) == len(given) and all(given):
        _leave_gaps(fields)


def _leave_gaps(fields: Fields) -> None:
    """Keep letters true where one is missing: its place stays empty."""
    by_letter = {option.letter: option for option in fields.options}
    last = max(by_letter)
    wanted = [chr(c) for c in range(ord("A"), ord(last) + 1)]
    fields.options = [by_letter.get(letter, Option(letter, "")) for letter in wanted]


def _kind(fields: Fields, answer: str) -> str:
    """The kind that the file names, else the one that options and answer leave open."""
    texts = [option.text for option in fields.options]
    if fields.kind == "listening":
        return _heard(fields, answer)
    if fields.kind and fields.kind != CHOICE:
        return fields.kind
    if fields.options:
        return "truth" if _is_judging(texts) and fields.kind != CHOICE else CHOICE
    if fields.kind == CHOICE:
        return CHOICE
    blanks = keys.count_blanks(fields.stem)
    if keys.judgement(answer, short=not blanks):
        return "truth"
    if keys.judgement(answer, short=True) and blanks == 1:
        if keys.asks_judgement(fields.stem) and not answer.strip().isdigit():
            return "truth"
        fields.report("kind_unclear", f"答案“{answer[:20]}”可以是判断也可以是填空，请核对题型。")
    if keys.letters(answer.split("\n")[0]) and len(keys.bare(answer.split("\n")[0])) < 9:
        fields.report("no_options", f"答案是“{answer[:20]}”，却没有读到选项。")
        return CHOICE
    if keys.count_blanks(fields.stem):
        return "blank"
    if answer:
        return "short"
    fields.report("no_kind", "看不出是什么题型。")
    return ""


def _heard(fields: Fields, answer: str) -> str:
    """An item below a heading 听力: a recording goes with it, which no text holds."""
    fields.report("no_recording", "听力题的录音不在文件里，请在入库后添加。")
    if fields.options:
        return "truth" if _is_judging([option.text for option in fields.options]) else CHOICE
    if keys.judgement(answer, short=not keys.count_blanks(fields.stem)):
        return "truth"
    return "blank" if keys.count_blanks(fields.stem) else "listening"


def _is_judging(texts: list[str]) -> bool:
    return sorted(keys.judgement(text, short=True) for text in texts) == ["false", "true"]


def _key(fields: Fields, kind: str, answer: str) -> Key:
    if kind in _CHOICES:
        return _choice_key(fields, answer)
    if kind == "truth":
        return _truth_key(fields, answer)
    if kind == "blank":
        return _blank_key(fields, answer)
    if kind == "matching":
        return pairs.matching_key(fields, answer)
    if kind == "ordering":
        return pairs.ordering_key(fields, answer)
    return _written_key(fields, kind, answer)


def _choice_key(fields: Fields, answer: str) -> tuple[str, ...]:
    texts = [option.text for option in fields.options]
    by_text = option_letters_or_none(answer, texts)
    by_letter = keys.letters(answer)
    if by_text and by_letter and set(by_text) != set(by_letter):
        fields.report("key_ambiguous", f"答案“{answer}”既是选项字母又是某个选项的文字，请确认。")
    named = by_letter or by_text or _letter_with_text(fields, keys.unwrapped(answer), texts)
    if not named and answer:
        fields.report("key_unread", f"看不懂答案“{answer[:30]}”。")
    if not fields.kind and list(named) != sorted(named) and _ORDERED.search(fields.stem):
        fields.report("maybe_ordering", f"答案“{answer[:20]}”像是一种顺序，如果是排序题请改题型。")
    if len(set(named)) < len(named):
        fields.report("key_repeated", f"答案“{answer[:20]}”里有重复的字母。")
    return tuple(sorted(set(named)))


def option_letters_or_none(answer: str, texts: list[str]) -> tuple[str, ...]:
    """Letters by option text, for an answer that is there and options that have text."""
    return keys.option_letters(answer, texts) if answer and any(texts) else ()


def _letter_with_text(fields: Fields, answer: str, texts: list[str]) -> tuple[str, ...]:
    """`B. 毛泽东思想`: the letter, if the text behind it is that option's."""
    named: list[str] = []
    for piece in re.split(r"\n|(?<=\S)\s+(?=[A-L][.．、:：])", answer):
        pair = keys.lettered_text(piece)
        if pair is None or ord(pair[0]) - ord("A") >= len(texts):
            return ()
        said, meant = (
            squeezed(keys.bare(pair[1])),
            squeezed(keys.bare(texts[ord(pair[0]) - ord("A")])),
        )
        if said != meant:
            fields.report(
                "key_text_differs", f"答案写的是“{piece[:30]}”，与选项{pair[0]}的文字不一致。"
            )
        named.append(pair[0])
    return tuple(named)


def _truth_key(fields: Fields, answer: str) -> tuple[str, ...]:
    """A judgement; a letter counts by the text of its option, which may stand in any order."""
    if not answer:
        return ()
    mended = _MENDED.search(fields.stem) if fields.origin == "stem" else None
    if mended:
        fields.rationale = f"{mended[1].strip()}\n{fields.rationale}".strip()
        fields.stem = fields.stem[: mended.start(1)].rstrip()
        fields.report("text_after_answer", f"“{mended[1].strip()[:30]}”当作解析读入，请确认。")
    named = keys.letters(answer)
    by_option = ""
    if len(named) == 1 and ord(named[0]) - ord("A") < len(fields.options):
        by_option = keys.judgement(fields.options[ord(named[0]) - ord("A")].text, short=True)
    key = by_option or keys.judgement(answer, short=True)
    if not key and named in (("A",), ("B",)) and not fields.options:
        key = "true" if named == ("A",) else "false"
        fields.report(
            "truth_letter", f"判断题没有选项，答案“{answer}”按 A＝正确、B＝错误读入，请确认。"
        )
    if not key:
        pair = keys.lettered_text(answer)
        key = keys.judgement(pair[1]) if pair else ""
    if not key:
        opening = re.match(r"(正确|错误|不正确|对|错|√|×)\s*[。，,；;．.]", answer)
        key = keys.judgement(opening[1]) if opening else ""
        if opening and not fields.rationale:
            fields.rationale = answer[opening.end() :].strip()
    if not key:
        fields.report("key_unread", f"判断题的答案“{answer[:20]}”看不出是对是错。")
    return (key,) if key else ()


def _blank_key(fields: Fields, answer: str) -> tuple[tuple[str, ...], ...]:
    if not answer:
        return _blank_key_in_options(fields)
    blanks = keys.count_blanks(fields.stem)
    texts, sure = keys.blank_texts(answer, blanks)
    torn = any("\n" in text or _ORDINAL.match(text) for text in texts)
    if (not sure or torn) and blanks != 0:
        fields.report(
            "blank_count", f"题干有{blanks}个空，答案“{answer[:30]}”分不成{blanks}个，请核对。"
        )
    elif blanks == 0:
        fields.report("no_blank", "填空题的题干里没有找到空，请核对。")
    return tuple((text,) for text in texts)


def _blank_key_in_options(fields: Fields) -> tuple[tuple[str, ...], ...]:
    """Import templates put the texts of the blanks where choices have their options."""
    texts = [option.text for option in fields.options if option.text]
    if not texts:
        return ()
    fields.options = []
    if len(texts) != keys.count_blanks(fields.stem):
        fields.report("blank_count", f"选项栏里有{len(texts)}个答案，与题干的空数不一致，请核对。")
    else:
        fields.report("blank_in_options", "填空题的答案取自选项栏，请确认。")
    return tuple((text,) for text in texts)


def _written_key(fields: Fields, kind: str, answer: str) -> tuple[str, ...]:
    if fields.options and kind in ("short", "essay"):
        fields.report("options_unexpected", "这种题型不该有选项，请核对题型。")
    head, *below = answer.split("\n")
    short = keys.letters(head) or keys.judgement(head, short=True) or head.strip().isdigit()
    if short and any(_NUMBERED.match(line) for line in below):
        fields.report("items_in_answer", "答案下面又有带编号的行，可能是没有分开的题，请核对。")
    return (keys.unwrapped(answer),) if answer else ()


def _points(fields: Fields) -> Decimal | None:
    number = re.search(r"\d+(?:\.\d+)?", narrow(fields.points))
    if not fields.points.strip():
        return None
    try:
        return Decimal(number[0]) if number else None
    except InvalidOperation:
        return None
