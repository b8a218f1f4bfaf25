"""Rules of logging in: passwords, lock-out, one-time codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

# Without 0 O 1 I L: codes are read from paper.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


def password_faults(password: str, *, login: str, least: int) -> list[str]:
    """What is wrong with a new password, as sentences (GB/T 22239-2019, 身份鉴别 a)."""
    faults = []
    if len(password) < least:
        faults.append(f"密码至少需要{least}个字符。")
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
    """What was typed, as `make_code` made it."""
    return "".join(mark for mark in text.upper() if mark in CODE_ALPHABET)
