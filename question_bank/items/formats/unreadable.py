"""The refusal of a file that cannot be read at all."""

from __future__ import annotations

from lms.ground.errors import Refused


class Unreadable(Refused):
    """A file that is not what it should be; the reason is one clear Chinese sentence."""
