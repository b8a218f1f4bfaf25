"""The grammar of answers: letters, ticks and words of judgement, texts for blanks."""

from __future__ import annotations

import re

from question_bank.items.rules.characters import narrow, squeezed

# What judges, wherever an answer may stand: in a bracket, behind a stem, in a row of answers.
JUDGING = "(?:[√×✓✗✔✘TFYNVXＴＦ]|不?正确|错误|不?对|错|是|否)"
_JOINED = re.compile(r"[A-Za-z]+")
_LISTED = re.compile(r"[A-Za-z](?:[\s,，、;；/|.+和及]+[A-Za-z])+")
# `应选A项`, `[A][B]`.
_CHOSEN = re.compile(
    r"^(?:故|应|本题|因此)?(?:应?选择?|为|是)\s*[:：]?\s*(?=[A-Za-z])|(?<=[A-Z])\s*(?:选?项)$"
)
_EACH_IN_BRACKETS = re.compile(r"(?:[\[【(]\s*[A-Z]\s*[\]】)]\s*){2,}")
_TRUE = {"正确", "对", "√", "✓", "✔", "☑", "是", "true", "正", "对的", "正确的", "是的"}
_FALSE = {
    "错误",
    "错",
    "×",
    "✗",
    "✘",
    "╳",
    "☒",
    "否",
    "false",
    "误",
    "不正确",
    "不对",
    "错的",
    "错误的",
}
_TRUE_SHORT = {"t", "y", "yes", "1", "r", "v"}
_FALSE_SHORT = {"f", "n", "no", "0", "w", "x"}
_BLANK = re.compile(
    r"[（(【\[]\s*填空\s*\d*\s*[)）】\]]|_{2,}|＿+|[（(﹙〔【\[]\s*[）)﹚〕】\]]|[…]{2,}|﹍+|——{3,}"
)
_BRACKET_AT_END = re.compile(r"[（(【\[]\s*[）)】\]]\s*[。.]?\s*$")
_ORDINAL = re.compile(
    r"[（(]\s*(\d{1,2})\s*[)）]|([①②③④⑤⑥⑦⑧⑨⑩])|(?<![\d.])(\d{1,2})\s*[.．、](?!\d)|第([一二三四五六])空[:：]?"
)
_OMITTED = re.compile(
    r"(?:答案)?(?:从?略|暂?无|待定|待补充?|见(?:教材|书|解析|课件|讲义|附件).{0,12})[。.]?"
)
_SENTENCE_STOP = re.compile(r"(?<=[^。])[。．]\s*$")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"


def bare(text: str) -> str:
    """An answer without the brackets and the full stop around it."""
    text = text.strip()
    while text and (trimmed := re.sub(r"^[\s:：]+|[\s。．.;；,，、]+$", "", text)) != text:
        text = trimmed
    inner = re.fullmatch(r"[（(【\[]\s*([^（()）【】\[\]]*?)\s*[)）】\]]", text)
    return inner[1] if inner else text


def is_omitted(text: str) -> bool:
    """Whether an answer says that it is not given: `略`, `见教材`."""
    return _OMITTED.fullmatch(unwrapped(text).strip()) is not None


def unwrapped(text: str) -> str:
    """A text without the one bracket that is around all of it."""
    inner = re.fullmatch(r"\s*[（(【\[]([^（()）【】\[\]]+)[)）】\]]\s*[。.]?\s*", text)
    return inner[1].strip() if inner else text


def letters(text: str) -> tuple[str, ...]:
    """The letters that an answer consists of, in its order; () if it is anything else.

    `ABD`, `A,B,D`, `A B D`, `A、B`, full width or in small letters alike.
    """
    folded = _CHOSEN.sub("", narrow(bare(text)).strip())
    if _EACH_IN_BRACKETS.fullmatch(folded):
        folded = re.sub(r"[\[\]【】()\s]", "", folded)
    if _JOINED.fullmatch(folded) and (len(folded) == 1 or folded.isupper() or folded.islower()):
        found = tuple(folded.upper())
    elif _LISTED.fullmatch(folded):
        found = tuple(re.findall(r"[A-Z]", folded.upper()))
    else:
        return ()
    return found if all("A" <= letter <= "L" for letter in found) else ()


def judgement(text: str, *, short: bool = False) -> str:
    """ "true", "false" or "" if the text judges nothing.

    `short` admits T/F, Y/N, 1/0 and x, which mean something else outside true-false items.
    """
    word = narrow(bare(text)).strip().casefold()
    if word in _TRUE or (short and word in _TRUE_SHORT):
        return "true"
    if word in _FALSE or (short and word in _FALSE_SHORT):
        return "false"
    return ""


def option_letters(text: str, options: list[str]) -> tuple[str, ...]:
    """The letters of the options that an answer names by their whole text; () if not all are found.

    Several texts stand on lines of their own or are joined by `;`, `|` or `、`.
    """
    known: dict[str, str] = {}
    for position, option in enumerate(options):
        word = squeezed(option)
        if not word or word in known:
            return ()
        known[word] = chr(ord("A") + position)
    if squeezed(bare(text)) in known:
        return (known[squeezed(bare(text))],)
    if squeezed(text) in known:
        return (known[squeezed(text)],)
    for separator in ("\n", "|", "；", ";", "、", "，", ","):
        pieces = [squeezed(piece) for piece in text.split(separator) if piece.strip()]
        if len(pieces) > 1 and all(piece in known for piece in pieces):
            return tuple(known[piece] for piece in pieces)
    return ()


def lettered_text(text: str) -> tuple[str, str] | None:
    """`B. 毛泽东思想` as ("B", "毛泽东思想"); None if the text is not of that form."""
    match = re.fullmatch(
        r"([A-L])\s*(?:[.．、:：,，)）]|\s|(?=[（(]))\s*(\S.*)", narrow_head(text), re.DOTALL
    )
    return (match[1], match[2].strip()) if match else None


def narrow_head(text: str) -> str:
    """The text with its first character in narrow form."""
    text = text.strip()
    return narrow(text[:1]) + text[1:]


def count_blanks(stem: str) -> int:
    """How many gaps a stem has: runs of underscores, empty brackets."""
    return len(_BLANK.findall(stem))


def asks_judgement(stem: str) -> bool:
    """Whether a stem ends with an empty bracket, as statements to be judged do."""
    return _BRACKET_AT_END.search(stem) is not None


def blank_texts(text: str, blanks: int) -> tuple[list[str], bool]:
    """The texts for the blanks of a stem, and whether they fit its number of blanks beyond doubt.

    Numbered answers `(1) … (2) …` are taken apart by their numbers; otherwise a text is split by the
    first separator that gives exactly as many pieces as there are blanks.
    """
    numbered = _numbered(text)
    if not numbered:
        text = _SENTENCE_STOP.sub("", unwrapped(text)) if blanks else text
    if numbered:
        return numbered, len(numbered) == blanks or blanks == 0
    whole = text.strip()
    bracketed = re.findall(r"[\[【]([^\[\]【】]+)[\]】]", whole)
    if (
        blanks > 1
        and len(bracketed) == blanks
        and not re.sub(r"[\[【][^\[\]【】]+[\]】]|[\s;；,，、]", "", whole)
    ):
        return bracketed, True
    if blanks <= 1:
        return [whole], blanks == 1
    for separator in (r"\n+", r"\s*[;；|]\s*", r"\s*、\s*", r"\s*[,，]\s*", r"\s{2,}|\t", r"\s+"):
        pieces = [piece for piece in re.split(separator, whole) if piece]
        if len(pieces) == blanks:
            return pieces, True
    return [whole], False


def _numbered(text: str) -> list[str]:
    """`(1) 民主 (2) 专政` as its texts; [] unless the numbers run 1, 2, 3 … from the very start."""
    marks = list(_ORDINAL.finditer(text))
    if not marks or text[: marks[0].start()].strip():
        return []
    if [_ordinal(mark) for mark in marks] != list(range(1, len(marks) + 1)):
        return []
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    pieces = [
        text[mark.end() : end].strip(" \n\t;；") for mark, end in zip(marks, ends, strict=True)
    ]
    return [piece.replace("\n", "") for piece in pieces] if all(pieces) else []


def _ordinal(mark: re.Match[str]) -> int:
    if mark[2]:
        return _CIRCLED.index(mark[2]) + 1
    if mark[4]:
        return "一二三四五六".index(mark[4]) + 1
    return int(mark[1] or mark[3])
