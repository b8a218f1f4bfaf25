"""口语: answered by a recording that the response names by its hash, and marked by people."""

from __future__ import annotations

from question_bank.items.kinds import written
from question_bank.items.kinds.protocol import Content, Response

SECONDS, MOST_SECONDS = 120, 900
"""How long an answer may last: where the item says nothing, and at most."""
TRIES, MOST_TRIES = 2, 10
"""How often it may be begun, likewise."""
_NAMED = "sha256:"

check = written.check
face = written.face
blank = written.blank
score = written.score
show_key = written.show_key


def summarise(response: Response) -> str:
    """A recording by the beginning of its fingerprint; what was written down instead, as it is."""
    text = written.summarise(response)
    return f"录音（指纹 {text[7:15]}）" if text.startswith(_NAMED) else text


def limits(content: Content) -> dict[str, int]:
    """What the page needs to know before it records."""
    return {
        "seconds": min(content.seconds or SECONDS, MOST_SECONDS),
        "tries": min(content.tries or TRIES, MOST_TRIES),
    }
