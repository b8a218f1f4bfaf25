"""Styles of Word: the lists that they belong to, and how they make text stand out."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from question_bank.items.formats.numbering import W

_UNMARKED = {"", "auto", "none", "clear", "FFFFFF"}
_DARK = 0x60  # what is nearly black is printed as black
Looks = dict[str, str]
"""What run properties say: "bold" → "bold" or "" (switched off), "colour" → "colour:FF0000" …"""


@dataclass(slots=True)
class Styles:
    """Per style id: the list (id, depth) it belongs to, and its looks."""

    lists: dict[str, tuple[str, int]] = field(default_factory=dict)
    looks: dict[str, Looks] = field(default_factory=dict)


def read(root: etree._Element | None) -> Styles:
    """The styles that styles.xml defines, with what they inherit."""
    made = Styles()
    found = {} if root is None else {s.get(f"{W}styleId", ""): s for s in root.iter(f"{W}style")}
    for name, style in found.items():
        listed = list_of(style.find(f"{W}pPr"))
        if listed:
            made.lists[name] = listed
        looks: Looks = {}
        seen: set[str] = set()
        current: etree._Element | None = style
        at = name
        while current is not None and at not in seen:
            seen.add(at)
            looks = looks_of(current.find(f"{W}rPr")) | looks
            at = _value(current.find(f"{W}basedOn"), "")
            current = found.get(at)
        if looks:
            made.looks[name] = looks
    return made


def list_of(properties: etree._Element | None) -> tuple[str, int] | None:
    """The list that paragraph properties name, with the depth in it."""
    number = properties.find(f"{W}numPr") if properties is not None else None
    if number is None:
        return None
    list_id, depth = number.find(f"{W}numId"), number.find(f"{W}ilvl")
    if list_id is None:
        return None
    at = _value(depth, "0")
    return _value(list_id, "0"), int(at) if at.isdigit() else 0


def looks_of(properties: etree._Element | None) -> Looks:
    """What run properties say of how text stands out."""
    looks: Looks = {}
    for child in properties if properties is not None else ():
        value = child.get(f"{W}val", "")
        if child.tag == f"{W}b":
            looks["bold"] = "" if value in ("0", "false", "off") else "bold"
        elif child.tag == f"{W}u":
            looks["underline"] = "" if value in ("none", "") else "underline"
        elif child.tag in (f"{W}strike", f"{W}dstrike"):
            looks["strike"] = "" if value in ("0", "false", "off") else "strike"
        elif child.tag == f"{W}color":
            looks["colour"] = "" if _is_plain(value) else f"colour:{value.upper()}"
        elif child.tag == f"{W}highlight":
            looks["highlight"] = "" if value in _UNMARKED else f"highlight:{value}"
        elif child.tag == f"{W}shd":
            fill = child.get(f"{W}fill", "auto").upper()
            looks["shading"] = "" if fill in ("AUTO", "FFFFFF", "") else f"highlight:{fill}"
        elif child.tag == f"{W}vertAlign":
            looks["script"] = value if value in ("superscript", "subscript") else ""
    return looks


def _is_plain(colour: str) -> bool:
    """Whether a colour is none to speak of: automatic, black or nearly so."""
    if colour.lower() in ("auto", "none", ""):
        return True
    try:
        channels = bytes.fromhex(colour)
    except ValueError:
        return False
    return max(channels, default=0) < _DARK


def _value(element: etree._Element | None, default: str) -> str:
    return default if element is None else element.get(f"{W}val", default)
