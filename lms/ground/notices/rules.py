"""Rules of notices: by which channels they leave the house, and how often that is tried."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from lms.ground.people.rules import Private

# Minutes until the next try after the first, second, … one has failed; then it is given up.
_PAUSES = (1, 5, 15, 60, 240)
# A dispatch that was taken and not heard of again (a kill in the middle) is free after this.
LEASE = timedelta(minutes=10)


class Channel(Protocol):
    """A way out of the house: e-mail, an SMS gateway, …"""

    @property
    def private(self) -> Private:
        """The column of a person that holds the address."""
        ...

    def send(self, letter: Letter) -> None:
        """Hand it over, once; raise OSError when that fails."""
        ...


@dataclass(frozen=True)
class Letter:
    """What is to be sent, as plain data. `address` is empty where the person has none."""

    dispatch_id: int
    channel: str
    address: str
    subject: str
    body: str


def channels_in(text: str) -> list[str]:
    """The channel codes in the norm's text: `email、sms`; 无 means none."""
    return [code for code in re.split(r"[、，,\s]+", text.strip()) if code and code != "无"]


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many failed tries; None to give up."""
    return timedelta(minutes=_PAUSES[tries - 1]) if tries <= len(_PAUSES) else None
