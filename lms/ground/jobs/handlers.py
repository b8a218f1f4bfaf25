"""What a room can have done in the background, and what it has done at set times."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from lms.ground.uploads.models import Upload

Task = Callable[..., Upload | None]
TaskType = TypeVar("TaskType", bound=Task)
Timed = Callable[[], None]


@dataclass(frozen=True)
class Handler:
    """The function for one kind of job, called as `task(work, **arguments)`."""

    kind: str
    title: str
    task: Task


@dataclass(frozen=True)
class Entry:
    """A function that runs by the clock: every `minutes`, or daily at `hour`:`minute`."""

    name: str
    task: Timed
    minutes: int = 0
    hour: int = 0
    minute: int = 0


_handlers: dict[str, Handler] = {}
_entries: dict[str, Entry] = {}


def handles(kind: str, *, title: str) -> Callable[[TaskType], TaskType]:
    """Register `(work: Work, **arguments) -> Upload | None` for jobs of `kind` ("room.verb").

    `title` is what people read. The function reads freely, writes inside `with work.writing()`,
    and reports with `work.advance`; the upload that it returns is the job's result.
    """

    def register(task: TaskType) -> TaskType:
        _put(_handlers, kind, Handler(kind, title, task))
        return task

    return register


def every(*, minutes: int) -> Callable[[Timed], Timed]:
    """Run the function every so many minutes, in a transaction of its own."""

    def register(task: Timed) -> Timed:
        _put(_entries, _name(task), Entry(_name(task), task, minutes=minutes))
        return task

    return register


def daily(*, hour: int, minute: int = 0) -> Callable[[Timed], Timed]:
    """Run the function once a day, by the school's clock, in a transaction of its own."""

    def register(task: Timed) -> Timed:
        _put(_entries, _name(task), Entry(_name(task), task, hour=hour, minute=minute))
        return task

    return register


def find_handler(kind: str) -> Handler | None:
    """The handler of a kind; None when no room of this house has one (any more)."""
    return _handlers.get(kind)


def entries() -> list[Entry]:
    """Everything that runs by the clock."""
    return list(_entries.values())


def title_of(kind: str) -> str:
    """What people read for a kind of job."""
    handler = find_handler(kind)
    return handler.title if handler else kind


def kinds_named(words: str) -> list[str]:
    """The kinds whose title has these words."""
    return [kind for kind, one in _handlers.items() if words.lower() in one.title.lower()]


def check_call(kind: str, arguments: dict[str, Any]) -> None:
    """Raise where a job could not run later anyway: unknown kind (KeyError), arguments that the
    task does not take (TypeError) or that are not plain JSON (TypeError)."""
    inspect.signature(_handlers[kind].task).bind(None, **arguments)
    json.dumps(arguments)


def _put(registry: dict[str, Any], name: str, entry: object) -> None:
    if name in registry:
        raise ValueError(f"{name} is registered twice")
    registry[name] = entry


def _name(task: Timed) -> str:
    return f"{task.__module__}.{task.__qualname__}"
