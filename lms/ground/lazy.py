"""Modules that most processes never use: loaded with the first look at anything in them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any


class _Later:
    """Stands for a module; the interpreter's own lock guards the first look against a second one
    at the same moment, which importlib.util.LazyLoader does only from Python 3.11.9 on."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def lazily(name: str) -> Any:
    """The module, which is loaded at its first use; ModuleNotFoundError when its package is not
    there. (A look for the module itself would load the package.)"""
    if find_spec(name.partition(".")[0]) is None:
        raise ModuleNotFoundError(name)
    return _Later(name)
