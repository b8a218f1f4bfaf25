"""Formulas of MathML as one readable line, as those of Word are: (a+b)/2, x², √(x)."""

from __future__ import annotations

import re

from lxml import etree

from question_bank.items.formats.omml import held, letters, lowered, raised
from question_bank.items.formats.xml_tree import name_of

_WORDS = {"mi", "mn", "mo", "mtext", "ms"}
_ROWS = {"math", "mrow", "mstyle", "mpadded", "merror", "semantics", "mphantom"}
_SILENT = {"annotation", "annotation-xml", "mspace", "none", "mprescripts"}
_UNSEEN = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064"))


def linear(element: etree._Element) -> tuple[str, bool]:
    """The formula on one line, and whether all of its forms are known."""
    unknown: list[str] = []
    return _shown(element, unknown).strip(), not unknown


def _shown(node: etree._Element, unknown: list[str]) -> str:
    if not isinstance(node.tag, str):
        return ""
    name = name_of(node).lower()
    if name in _SILENT:
        return ""
    if name in _WORDS:
        said = re.sub(r"\s+", " ", "".join(map(str, node.itertext()))).strip()
        return letters(said.translate(_UNSEEN))
    if name in _ROWS:
        return "".join(_inside(node, unknown))
    form = _FORMS.get(name)
    if form is None:
        unknown.append(name)
        return "".join(_inside(node, unknown))
    return form(_inside(node, unknown), node, unknown)


def _inside(node: etree._Element, unknown: list[str]) -> list[str]:
    """What the children say, one text each; an annotation says the same again."""
    children = [one for one in node if isinstance(one.tag, str)]
    return [_shown(one, unknown) for one in children if name_of(one).lower() not in _SILENT]


def _fraction(inner: list[str], node: etree._Element, unknown: list[str]) -> str:
    above, below = (*inner, "", "")[:2]
    return f"{held(above)}/{held(below)}"


def _script(inner: list[str], node: etree._Element, unknown: list[str]) -> str:
    base, first, second = (*inner, "", "", "")[:3]
    base = base if len(base) == 1 else held(base)
    name = name_of(node).lower()
    if name == "msup":
        return base + raised(first)
    return base + lowered(first) + (raised(second) if name == "msubsup" else "")


def _limits(inner: list[str], node: etree._Element, unknown: list[str]) -> str:
    base, first, second = (*inner, "", "", "")[:3]
    name = name_of(node).lower()
    low, high = ("", first) if name == "mover" else (first, second)
    return base + (f"_({low})" if low else "") + (f"^({high})" if high else "")


def _root(inner: list[str], node: etree._Element, unknown: list[str]) -> str:
    if name_of(node).lower() == "msqrt":
        return f"√({''.join(inner)})"
    under, degree = (*inner, "", "")[:2]
    sign = {"2": "√", "3": "∛", "4": "∜"}.get(degree.strip(), f"{raised(degree)}√")
    return f"{sign}({under})"


def _fenced(inner: list[str], node: etree._Element, unknown: list[str]) -> str:
    between = (node.get("separators", ",").strip() or ",")[:1]
    return f"{node.get('open', '(')}{between.join(inner)}{node.get('close', ')')}"


def _table(inner: list[str], node: etree._Element, unknown: list[str]) -> str:
    return f"[{'; '.join(inner)}]"


def _row(inner: list[str], node: etree._Element, unknown: list[str]) -> str:
    return ", ".join(inner)


def _cell(inner: list[str], node: etree._Element, unknown: list[str]) -> str:
    return "".join(inner)


_FORMS = {
    "mfrac": _fraction, "msup": _script, "msub": _script, "msubsup": _script, "munder": _limits,
    "mover": _limits, "munderover": _limits, "msqrt": _root, "mroot": _root, "mfenced": _fenced,
    "mtable": _table, "mtr": _row, "mtd": _cell,
}  # fmt: skip
