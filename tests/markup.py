"""A strict look at the HTML of a page: what a browser would silently mend is a fault here."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "circle",
        "path",
        "line",
        "rect",
        "polyline",
        "polygon",
        "ellipse",
        "use",
        "stop",
    ]
)
# Where a browser closes the first of these when the second begins.
BLOCKS = frozenset(
    [
        "div",
        "p",
        "ul",
        "ol",
        "table",
        "form",
        "section",
        "nav",
        "header",
        "main",
        "h1",
        "h2",
        "h3",
        "pre",
    ]
)

SOUGHT = "王"
"""What is typed into every search: a name that many have."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, int]] = []
        self.ids: set[str] = set()
        self.labels: list[str] = []
        self.links: list[str] = []
        self.asking: str | None = None
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, dict(attrs))
        if tag in BLOCKS and any(name == "p" for name, _ in self.open):
            self._fault(f"<{tag}> inside <p>")
        if tag == "form" and any(name == "form" for name, _ in self.open):
            self._fault("a form inside a form")
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            last = (
                "nothing" if not self.open else f"<{self.open[-1][0]}> of line {self.open[-1][1]}"
            )
            self._fault(f"</{tag}> closes {last}")
        if any(name == tag for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def _look(self, tag: str, attrs: dict[str, str | None]) -> None:
        mark = attrs.get("id")
        if mark is not None:
            if mark in self.ids:
                self._fault(f"id {mark} twice")
            self.ids.add(mark)
        if tag == "label" and attrs.get("for"):
            self.labels.append(str(attrs["for"]))
        if tag == "img" and "alt" not in attrs:
            self._fault("an image without alt")
        self._follow(tag, attrs)
        for name in attrs:
            if name.startswith("on"):
                self._fault(f"an inline handler {name}")

    def _follow(self, tag: str, attrs: dict[str, str | None]) -> None:
        """Whatever the page can fetch: by a click, by a search, or by itself."""
        found = [attrs.get("hx-get"), attrs.get("href") if tag == "a" else None]
        if tag == "form":
            asks = (attrs.get("method") or "get") == "get"
            self.asking = (attrs.get("action") or "") if asks else None
        if attrs.get("type") == "search" and self.asking is not None:
            found.append(f"{self.asking}?{attrs['name']}={SOUGHT}")
        self.links += [link for link in found if link]

    def _fault(self, sentence: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {sentence}")


def read(page: str) -> tuple[list[str], list[str]]:
    """`(faults, links)` of a whole page."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    faults = reader.faults + [f"line {line}: <{tag}> is never closed" for tag, line in reader.open]
    faults += [
        f"a label for {mark}, which is not there"
        for mark in reader.labels
        if mark not in reader.ids
    ]
    return faults, reader.links
