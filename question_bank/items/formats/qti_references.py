"""Where the references of an item of QTI point: names of parts inside its package, nowhere else."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urlsplit

from lxml import etree

_REFERENCES = ("src", "data", "href")


def resolve(root: etree._Element, folder: str) -> None:
    """References as names inside the package; whatever points outside of it loses its target."""
    for element in root.iter():
        for name in _REFERENCES:
            said = element.get(name)
            if said is not None:
                element.set(name, resolved(said, folder))


def resolved(reference: str, folder: str) -> str:
    """The name of a part that a reference from a folder means; "" for any other place."""
    parts = urlsplit(reference)
    if parts.scheme or parts.netloc or reference.startswith(("/", "\\")):
        return ""
    path = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
    return "" if path.startswith("..") or path == "." else path
