"""HTML of other systems as plain text: sanitised, with a sign in the place of each picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import nh3
from lxml import etree

from question_bank.items.formats.figures import is_sound
from question_bank.items.formats.mathml import linear
from question_bank.items.formats.omml import lowered, raised
from question_bank.items.formats.xml_tree import name_of as tag_of
from question_bank.items.rules.runs import LOST, sign

_BLOCKS = {
    *("p", "div", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "dt", "dd", "hr"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "figure", "prompt", "simplechoice"),
}
_FILES = {"img": "src", "audio": "src", "video": "src", "source": "src", "object": "data"}
_INLINE = {
    "br",
    "sub",
    "sup",
    "td",
    "th",
    "span",
    "b",
    "i",
    "em",
    "strong",
    "u",
    "math",
    "ruby",
    "rt",
    "rp",
}
_CELLS = {"td", "th"}
_KEPT = {*_BLOCKS, *_FILES, *_INLINE}
_HIDING = {"script", "style", "head", "title", "template", "iframe", "noscript"}
_TAGGED = re.compile(
    r"</?(?:p|br|div|span|b|i|em|strong|u|sub|sup|ul|ol|li|table|tr|td|th|img|a|font|h[1-6]|code"
    r"|pre|script|audio|video)(?:\s[^<>]*)?/?>|&(?:nbsp|lt|gt|amp|quot|#\d+|#x[0-9a-f]+);",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_PAGES = (".html", ".htm", ".xhtml", ".xml", ".pdf")
_BLOCK_END = "\x1d"
_PARSER = etree.HTMLParser(no_network=True, remove_comments=True, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Said:
    """What a piece of HTML says: its text, and what its text cannot show."""

    text: str
    lost: tuple[str, ...] = ()


def looks_marked(text: str) -> bool:
    """Whether a text has tags or entities of HTML in it; `a<b` has not."""
    return _TAGGED.search(text) is not None


def said_by(html: str, media: list[str]) -> Said:
    """The text of a fragment of HTML; scripts and what they hide are gone before it is read.

    The names of its files join `media`, which gives the signs of pictures their numbers.
    """
    if "<" not in html and "&" not in html:
        return Said(_SPACE.sub(" ", html).replace("\u00a0", " ").strip())
    clean = nh3.clean(
        html,
        tags=_KEPT,
        clean_content_tags=_HIDING,
        attributes={"*": {"src", "data", "class", "colspan", "rowspan"}},
        link_rel=None,
        url_relative="pass_through",
    )
    root = etree.fromstring(f"<div>{clean}</div>".encode(), _PARSER)
    return Said("") if root is None else said_by_tree(root, media)


def said_by_tree(root: etree._Element, media: list[str]) -> Said:
    """The same for an element that was parsed already, whatever namespace it is of."""
    lost: list[str] = []
    whole = re.sub(
        f" *{_BLOCK_END}[ {_BLOCK_END}]*", _BLOCK_END, "".join(_pieces(root, media, lost))
    )
    whole = re.sub(f"\n?{_BLOCK_END}", "\n", whole.strip(_BLOCK_END))
    lines = [re.sub(" +", " ", line).strip(" ") for line in whole.split("\n")]
    text = "\n".join(lines).replace("\u00a0", " ").strip()
    return Said(text, tuple(dict.fromkeys(lost)))


def local_name(src: str) -> str:
    """The name of a file inside the package that a reference means; "" for any other place."""
    path = unquote(src.removeprefix("@@PLUGINFILE@@/"))
    parts = urlsplit(path)
    if not path or parts.scheme or parts.netloc or path.startswith(("/", "\\")):
        return ""
    return "" if ".." in re.split(r"[/\\]", path) else path


def marked_up(text: str) -> str:
    """A text as HTML that `said_by` reads back: breaks as <br/>, spaces that would fold as fixed ones."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = re.sub(r"(?<= ) |^ | $", "\u00a0", safe, flags=re.MULTILINE)
    return kept.replace("\n", "<br/>")


def _pieces(element: etree._Element, media: list[str], lost: list[str]) -> Iterator[str]:
    name = name_of(element)
    if name in ("rt", "rp"):
        yield f"（{_SPACE.sub('', ''.join(map(str, element.itertext())))}）" if name == "rt" else ""
    elif name in _FILES:
        yield from _file(element, name, media, lost)
    elif name == "br":
        yield "\n"
    elif name in ("sub", "sup"):
        yield _shifted(element, name)
    elif name == "math":
        formula, known = linear(element)
        lost += [] if known else ["公式"]
        yield formula
    else:
        if name in _CELLS and (element.get("colspan", "1"), element.get("rowspan", "1")) != (
            "1",
            "1",
        ):
            lost.append("表格里合并的格子")
        yield from _inside(element, name, media, lost)


def _inside(element: etree._Element, name: str, media: list[str], lost: list[str]) -> Iterator[str]:
    edge = _BLOCK_END if name in _BLOCKS else " " if name in _CELLS else ""
    before = element.getprevious()
    yield " | " if name in _CELLS and before is not None and name_of(before) in _CELLS else edge
    yield _SPACE.sub(" ", element.text or "")
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child, media, lost)
        yield _SPACE.sub(" ", child.tail or "")
    yield edge


def name_of(element: etree._Element) -> str:
    """The name of an element without its namespace, in small letters."""
    return tag_of(element).lower()


def _file(element: etree._Element, name: str, media: list[str], lost: list[str]) -> Iterator[str]:
    """The sign of a picture; a recording, and what has `class="media"`, only joins the files."""
    inner = [child for child in element.iter() if name_of(child) == "source"]
    sources = [one.get(_FILES[name_of(one)], "") for one in (element, *inner)]
    kept = next(filter(None, map(local_name, filter(None, sources))), "")
    if not kept:
        lost.append("文件以外的图片或音视频")
        yield LOST if name == "img" else ""
        return
    if kept.lower().endswith(_PAGES):
        lost.append(f"附带的网页“{kept}”")
        return
    if kept not in media:
        media.append(kept)
    if element.get("class") != "media" and not is_sound(kept):
        yield sign(media.index(kept))


def _shifted(element: etree._Element, name: str) -> str:
    """A raised or lowered text as a formula has it: x², H₂, a^(th)."""
    inner = "".join(map(str, element.itertext())).strip()
    return raised(inner) if name == "sup" else lowered(inner)
