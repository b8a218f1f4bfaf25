"""Rules of logging in, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.ground.accounts.rules import (
    CODE_ALPHABET,
    clean_code,
    clean_login,
    has_slept,
    local_path,
    login_faults,
    make_code,
    password_faults,
    show_code,
)


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Abcdefg1", []),
        ("abcdef1!", []),
        ("学习强国Ab12", []),
        ("Abcdef1", ["密码至少需要8个字符。"]),
        ("abcdefgh", ["密码须包含大写字母、小写字母、数字、符号中的至少三类。"]),
        ("Wangxue-2026", ["密码不能包含登录名。"]),
        ("Aa1!" * 33, ["密码最多128个字符。"]),
        ("", ["密码至少需要8个字符。", "密码须包含大写字母、小写字母、数字、符号中的至少三类。"]),
    ],
)
def test_a_password_is_told_all_its_faults(password: str, faults: list[str]) -> None:
    assert password_faults(password, login="wangxue", least=8) == faults


@pytest.mark.parametrize(
    ("login", "good"),
    [("wangxue", True), ("w.x-1_2", True), ("ab", False), ("_ab", False), ("王学习", False)],
)
def test_a_login_name_is_plain(login: str, good: bool) -> None:
    assert (login_faults(login) == []) is good


@pytest.mark.parametrize("typed", ["  WangXue ", "ｗａｎｇｘｕｅ", "wangxue"])
def test_a_login_name_is_found_however_it_is_typed(typed: str) -> None:
    assert clean_login(typed) == "wangxue"


@pytest.mark.parametrize(
    "typed", ["ABCD-EFGH-JKMN", "abcd efgh jkmn", "ＡＢＣＤ－ＥＦＧＨ－ＪＫＭＮ"]
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert clean_code(typed) == "ABCDEFGHJKMN"


def test_a_code_has_twelve_unmistakable_characters() -> None:
    code = make_code(lambda alphabet: alphabet[-1])
    assert (code, show_code(code)) == ("Z" * 12, "ZZZZ-ZZZZ-ZZZZ")
    assert set("0O1IL") & set(CODE_ALPHABET) == set()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/norms/?q=1", "/norms/?q=1"),
        ("/", "/"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("/\t/evil.example", None),
        ("/x\r\nSet-Cookie: a=b", None),
        ("https://evil.example/", None),
        ("javascript:alert(1)", None),
        ("norms/", None),
        ("", None),
        (None, None),
    ],
)
def test_only_paths_inside_the_house_are_followed(text: str | None, path: str | None) -> None:
    assert local_path(text) == path


@pytest.mark.parametrize(("minutes", "slept"), [(29, False), (30, False), (31, True)])
def test_a_login_sleeps_after_its_minutes(minutes: int, slept: bool) -> None:
    seen_at = datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert has_slept(seen_at, seen_at + timedelta(minutes=minutes), minutes=30) is slept
