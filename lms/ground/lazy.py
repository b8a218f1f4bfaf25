"""Modules that most processes never use: loaded with the first look at anything in them."""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType


def lazily(name: str) -> ModuleType:
    """The module, which loads itself at its first use; ModuleNotFoundError when there is none.

    For commands and workers, which have one thread: Python before 3.11.9 does not guard the
    first use against a second one at the same moment.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
