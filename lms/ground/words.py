"""用语: names that rules give to states and kinds, shown in the reader's language on pages."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

_translate: Callable[[str], str] = str


def word(text: str) -> str:
    """The name `text` in the language of the house, Chinese, wherever it is stored, compared or
    printed; a page writes it in the reader's.

    Babel finds the text by the mark `word("…")`.
    """
    return _Word(text)


def spoken(text: object) -> object:
    """`text` as the reader says it if it is a word, else as it is."""
    return _translate(str(text)) if isinstance(text, _Word) else text


def speak_by(translate: Callable[[str], str]) -> None:
    """Let `translate` (gettext: Chinese text to the reader's) find what a page writes for a word."""
    global _translate
    _translate = translate


class _Word(str):
    """Templates and forms escape what they write, and escaping asks a text for its `__html__`."""

    __slots__ = ()

    def __html__(self) -> str:
        return escape(str(spoken(self)))
