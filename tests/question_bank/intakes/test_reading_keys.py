"""The grammar of answers: rows of what people write and what it says."""

from __future__ import annotations

import pytest

from question_bank.intakes.rules import keys


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        ("B", "B"),
        ("ABD", "ABD"),
        ("A,B,D", "ABD"),
        ("A B D", "ABD"),
        ("A、C", "AC"),
        ("Ａ，Ｃ", "AC"),
        ("（C）", "C"),
        ("D。", "D"),
        ("b", "B"),
        ("acd", "ACD"),
        ("DBA", "DBA"),
        ("", ""),
        ("正确", ""),
        ("AZ", ""),
        ("Abc", ""),
        ("A类", ""),
        ("TCP", ""),
    ],
)
def test_letters_are_read_from_an_answer_that_holds_nothing_else(
    written: str, letters: str
) -> None:
    assert "".join(keys.letters(written)) == letters


@pytest.mark.parametrize(
    ("written", "short", "judgement"),
    [
        ("正确", False, "true"),
        ("√", False, "true"),
        ("对。", False, "true"),
        ("TRUE", False, "true"),
        ("错误", False, "false"),
        ("×", False, "false"),
        ("（错）", False, "false"),
        ("T", False, ""),
        ("T", True, "true"),
        ("F", True, "false"),
        ("1", True, "true"),
        ("0", True, "false"),
        ("N", True, "false"),
        ("三年", True, ""),
    ],
)
def test_a_judgement_is_read_in_words_and_signs(written: str, short: bool, judgement: str) -> None:
    assert keys.judgement(written, short=short) == judgement


@pytest.mark.parametrize(
    ("answer", "blanks", "texts", "sure"),
    [
        ("三", 1, ["三"], True),
        ("（1）民主（2）专政", 2, ["民主", "专政"], True),
        ("(1)\n民主", 1, ["民主"], True),
        ("民主；专政", 2, ["民主", "专政"], True),
        ("民主 专政", 2, ["民主", "专政"], True),
        ("民主、专政", 2, ["民主", "专政"], True),
        ("公开、公平、公正", 1, ["公开、公平、公正"], True),
        ("公开、公平、公正", 2, ["公开、公平、公正"], False),
        ("①甲②乙", 3, ["甲", "乙"], False),
    ],
)
def test_texts_for_blanks_are_taken_apart_only_where_they_fit(
    answer: str, blanks: int, texts: list[str], sure: bool
) -> None:
    assert keys.blank_texts(answer, blanks) == (texts, sure)


def test_options_are_found_by_their_whole_text_and_never_by_half_of_it() -> None:
    options = ["民主选举", "民主决策", "民主管理"]
    assert keys.option_letters("民主决策", options) == ("B",)
    assert keys.option_letters("民主选举；民主管理", options) == ("A", "C")
    assert keys.option_letters("民主", options) == ()
    assert keys.option_letters("甲", ["甲", "甲"]) == ()
