"""Formulas of Word (OMML) as one readable line: (a+b)/2, x², √(x), ∑_(i=1)^n i."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree

from question_bank.items.rules.characters import plain

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_HIGH = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOW = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_PROPERTIES = re.compile(r"Pr$")
_CONTAINERS = {"oMath", "oMathPara", "e", "num", "den", "sub", "sup", "deg", "lim", "fName", "box"}
_ACCENTS = {"\u0302": "^", "\u0303": "~", "\u0307": "·", "\u20d7": "→", "\u0305": "¯"}


def linear(element: etree._Element) -> tuple[str, bool]:
    """The formula on one line, and whether all of its forms are known."""
    unknown: list[str] = []
    return _children(element, unknown), not unknown


def raised(text: str) -> str:
    """A text as superscript: x² where there are signs for it, else x^(…)."""
    return _shifted(text, _HIGH, "^")


def lowered(text: str) -> str:
    """A text as subscript: H₂ where there are signs for it, else x_(…)."""
    return _shifted(text, _LOW, "_")


def _shifted(text: str, signs: dict[int, int], mark: str) -> str:
    if not text.strip():
        return text
    if all(ord(character) in signs for character in text):
        return text.translate(signs)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"


def _children(element: etree._Element, unknown: list[str]) -> str:
    return "".join(_shown(child, unknown) for child in element)


def _shown(node: etree._Element, unknown: list[str]) -> str:
    if not isinstance(node.tag, str):
        return ""
    name = etree.QName(node).localname
    if _PROPERTIES.search(name):
        return ""
    if name == "r":
        return "".join(letters(t.text or "") for t in node.iter() if _is_text(t))
    if name in _CONTAINERS:
        return _children(node, unknown)
    form = _FORMS.get(name)
    if form is None:
        unknown.append(name)
        return _children(node, unknown)
    return form(node, unknown)


def _is_text(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and etree.QName(node).localname == "t"


def letters(text: str) -> str:
    """Letters of formulas as ordinary letters: 𝑥 is x."""
    return "".join(
        unicodedata.normalize("NFKC", c) if 0x1D400 <= ord(c) <= 0x1D7FF else c for c in plain(text)
    )


def _part(node: etree._Element, name: str, unknown: list[str]) -> str:
    found = node.find(f"{M}{name}")
    return "" if found is None else _children(found, unknown)


def _setting(node: etree._Element, properties: str, name: str, default: str) -> str:
    found = node.find(f"{M}{properties}/{M}{name}")
    return default if found is None else found.get(f"{M}val", "")


def held(text: str) -> str:
    """A part in brackets, unless it is one word."""
    return text if re.fullmatch(r"\w*|\(.*\)", text) and text.count("(") < 2 else f"({text})"


def _fraction(node: etree._Element, unknown: list[str]) -> str:
    above, below = _part(node, "num", unknown), _part(node, "den", unknown)
    if _setting(node, "fPr", "type", "bar") == "noBar":
        return f"({above} ¦ {below})"
    return f"{held(above)}/{held(below)}"


def _script(node: etree._Element, unknown: list[str]) -> str:
    base, low = _part(node, "e", unknown), lowered(_part(node, "sub", unknown))
    high = raised(_part(node, "sup", unknown))
    base = base if len(base) == 1 else held(base)
    return f"{low}{high}{base}" if node.tag == f"{M}sPre" else f"{base}{low}{high}"


def _root(node: etree._Element, unknown: list[str]) -> str:
    degree, under = _part(node, "deg", unknown), _part(node, "e", unknown)
    sign = {"": "√", "3": "∛", "4": "∜"}.get(degree.strip(), f"{raised(degree)}√")
    return f"{sign}({under})"


def _many(node: etree._Element, unknown: list[str]) -> str:
    sign = _setting(node, "naryPr", "chr", "∫")
    low, high = _part(node, "sub", unknown), _part(node, "sup", unknown)
    limits = (f"_({low})" if low else "") + (f"^({high})" if high else "")
    return f"{sign}{limits} {_part(node, 'e', unknown)}"


def _brackets(node: etree._Element, unknown: list[str]) -> str:
    between = _setting(node, "dPr", "sepChr", "|")
    inside = between.join(_children(e, unknown) for e in node.findall(f"{M}e"))
    return f"{_setting(node, 'dPr', 'begChr', '(')}{inside}{_setting(node, 'dPr', 'endChr', ')')}"


def _function(node: etree._Element, unknown: list[str]) -> str:
    return f"{_part(node, 'fName', unknown)}({_part(node, 'e', unknown)})"


def _limit(node: etree._Element, unknown: list[str]) -> str:
    mark = "_" if node.tag == f"{M}limLow" else "^"
    return f"{_part(node, 'e', unknown)}{mark}({_part(node, 'lim', unknown)})"


def _accent(node: etree._Element, unknown: list[str]) -> str:
    sign = _setting(node, "accPr", "chr", "\u0302")
    return f"{held(_part(node, 'e', unknown))}{_ACCENTS.get(sign, sign)}"


def _bar(node: etree._Element, unknown: list[str]) -> str:
    return f"{held(_part(node, 'e', unknown))}¯"


def _rows(node: etree._Element, unknown: list[str]) -> str:
    rows = [
        ", ".join(_children(e, unknown) for e in row.findall(f"{M}e"))
        for row in node.findall(f"{M}mr")
    ]
    return f"[{'; '.join(rows)}]"


def _lines(node: etree._Element, unknown: list[str]) -> str:
    return "; ".join(_children(e, unknown) for e in node.findall(f"{M}e"))


_FORMS = {
    "f": _fraction, "sSup": _script, "sSub": _script, "sSubSup": _script, "sPre": _script,
    "rad": _root, "nary": _many, "d": _brackets, "func": _function, "limLow": _limit,
    "limUpp": _limit, "acc": _accent, "bar": _bar, "m": _rows, "eqArr": _lines,
}  # fmt: skip
