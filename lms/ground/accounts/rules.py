"""Rules of logging in: names, passwords, lock-out, one-time codes, and when a log-in has slept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

View = TypeVar("View", bound=Callable[..., Any])

# Without 0 O 1 I L: codes are read from paper.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
LONGEST_PASSWORD = 128
# A log-in is noted as alive at most this often, so that not every answer carries a cookie.
NOTED_EVERY = timedelta(seconds=60)


def clean_login(text: str) -> str:
    """A login name as it is kept: half-width, lower case, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def login_faults(login: str) -> list[str]:
    """What is wrong with a new login name, as sentences."""
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,31}", login):
        return []
    return ["登录名须为3到32个字符，由小写字母、数字、点、短横线和下划线组成，以字母或数字开头。"]


def password_faults(password: str, *, login: str, least: int) -> list[str]:
    """What is wrong with a new password, as sentences (GB/T 22239-2019, 身份鉴别 a)."""
    faults = []
    if len(password) < least:
        faults.append(f"密码至少需要{least}个字符。")
    if len(password) > LONGEST_PASSWORD:
        faults.append(f"密码最多{LONGEST_PASSWORD}个字符。")
    if _classes(password) < 3:
        faults.append("密码须包含大写字母、小写字母、数字、符号中的至少三类。")
    if login and login.lower() in password.lower():
        faults.append("密码不能包含登录名。")
    return faults


def _classes(password: str) -> int:
    return sum(
        (
            any(mark.isupper() for mark in password),
            any(mark.islower() for mark in password),
            any(mark.isdigit() for mark in password),
            any(not mark.isalnum() for mark in password),
        )
    )


def make_code(choose: Callable[[Sequence[str]], str]) -> str:
    """A one-time code, drawn by `choose` (secrets.choice): about 59 bits."""
    return "".join(choose(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def show_code(code: str) -> str:
    """In groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def clean_code(text: str) -> str:
    """What was typed, as `make_code` made it: full-width letters and dashes do no harm."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(mark for mark in plain if mark in CODE_ALPHABET)


def local_path(text: str | None) -> str | None:
    """`text` when it is a path inside this house, else None: nobody is sent elsewhere.

    Browsers read `//x`, `/\\x` and paths with tabs or line breaks in them as other hosts.
    """
    if not text or not text.startswith("/") or text.startswith("//"):
        return None
    if "\\" in text or any(ord(mark) < 33 or ord(mark) == 127 for mark in text):
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text


def has_slept(seen_at: datetime, at: datetime, *, minutes: int) -> bool:
    """Has nothing been done in a log-in for longer than `minutes`?"""
    return at - seen_at > timedelta(minutes=minutes)


def never_sleeps(view: View) -> View:
    """Mark a view that is served however long nothing else was done, such as saving an exam."""
    view.never_sleeps = True  # type: ignore[attr-defined]
    return view
