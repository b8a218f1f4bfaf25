"""Who was let in by the house a moment ago, known again by the very same headers."""

from __future__ import annotations

import random
import threading
from hashlib import blake2b
from typing import Any

from lms.exams.attempts.rules.operations import Login
from lms.ground.clock import monotonic

# The house notes in the cookie that the log-in is alive; so often at least it must see it. Half of
# that at least a pass holds: a hall that began at one instant must not be unknown at one instant.
HOLDS = 300.0
MOST = 50_000

# All that the house looks at before it lets somebody in: cookie, token, and where from.
_HEADERS = (
    "HTTP_COOKIE", "HTTP_X_CSRFTOKEN", "HTTP_X_CSRF_TOKEN", "HTTP_REFERER", "HTTP_HOST",
    "wsgi.url_scheme",
)  # fmt: skip


class Passes:
    """Log-ins by headers. Whether a log-in still holds is asked in the statements, each time."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[Login, float]] = {}
        self._changing = threading.Lock()

    def find(self, environ: dict[str, Any]) -> Login | None:
        """The log-in that came with these headers before, if that is not too long ago."""
        login, until = self._known.get(_headers(environ), (None, 0.0))
        return login if until > monotonic() else None

    def give(self, environ: dict[str, Any], login: Login) -> None:
        """The house has checked these headers: they are `login`."""
        headers = _headers(environ)
        with self._changing:
            self._known.pop(headers, None)
            while len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[headers] = login, monotonic() + HOLDS * random.uniform(0.5, 1)

    def renew(self, environ: dict[str, Any], name: str, value: str) -> None:
        """Whoever was just let in has been given another cookie of that name, for the same log-in."""
        login = self.find(environ)
        cookies = environ.get("HTTP_COOKIE", "").split("; ")
        of_name = [place for place, one in enumerate(cookies) if one.startswith(f"{name}=")]
        if login is not None and value and len(of_name) == 1:
            cookies[of_name[0]] = f"{name}={value}"
            self.give({**environ, "HTTP_COOKIE": "; ".join(cookies)}, login)


def _headers(environ: dict[str, Any]) -> bytes:
    """A digest of them: the cookies of a large hall would fill twenty megabytes."""
    told = "\0".join(environ.get(name, "\0") for name in _HEADERS)
    return blake2b(told.encode("utf-8", "surrogateescape"), digest_size=32).digest()
