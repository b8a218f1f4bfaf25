"""XML of other systems: parsed without entities, DTDs and network; documents that declare any are refused."""

from __future__ import annotations

from lxml import etree

from question_bank.items.formats.unreadable import Unreadable

_UNSAFE = "文件里有不该出现的外部声明，为安全起见没有读取。"
_BROKEN = "XML 文件的格式有误，读不出来，请从原来的系统重新导出。"


def parsed(data: bytes) -> etree._Element:
    """The root of a document; Unreadable when it is broken or declares a DTD or entities."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,  # recordings stand in it as one long text; entities are never expanded
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        declares = b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]
        raise Unreadable(_UNSAFE if declares else _BROKEN) from error
    if root is None:
        raise Unreadable(_BROKEN)
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(_UNSAFE)
    return root


def name_of(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: etree._Element) -> int:
    """The line on which an element opens."""
    line = element.sourceline
    return line if isinstance(line, int) else 1
