"""Vietnamese as it is written: the vectors of the domain facts, one by one."""

from __future__ import annotations

import unicodedata

import pytest

from question_bank.items.kinds.vietnamese import (
    Difference,
    comparison_key,
    difference,
    is_vietnamese,
)

SAME_BY_PLACEMENT = (
    "òa/oà óa/oá ỏa/oả õa/oã ọa/oạ òe/oè óe/oé ỏe/oẻ õe/oẽ ọe/oẹ ùy/uỳ úy/uý ủy/uỷ ũy/uỹ ụy/uỵ"
)


@pytest.mark.parametrize("pair", SAME_BY_PLACEMENT.split())
@pytest.mark.parametrize("change", [str.lower, str.upper, str.capitalize])
def test_old_and_new_tone_placement_are_the_same_word(pair: str, change: object) -> None:
    old, new = (change("h" + one) for one in pair.split("/"))  # type: ignore[operator]
    assert difference(old, new) == Difference.VARIANT
    assert comparison_key(old) == comparison_key(new)


VECTORS = [
    ("hòa", "hoà", Difference.VARIANT),
    ("hòa", unicodedata.normalize("NFD", "hòa"), Difference.EXACT),
    ("thuý", "thúy", Difference.VARIANT),
    ("thủy thủ", "thuỷ thủ", Difference.VARIANT),
    ("khỏe", "khoẻ", Difference.VARIANT),
    ("đi", "ði", Difference.EXACT),
    ("Đi", "Ði", Difference.EXACT),
    ("việt nam", "Việt\u00a0Nam", Difference.VARIANT),
    ("cảm ơn", "cảm\u200b  ơn.", Difference.VARIANT),
    ("má", "mà", Difference.TONE),
    ("người", "ngươi", Difference.TONE),
    ("hoàn", "hòan", Difference.TONE),
    ("quân", "quăn", Difference.DIACRITIC),
    ("tôi", "tơi", Difference.DIACRITIC),
    ("đường", "dường", Difference.DIACRITIC),
    ("người", "nguoi", Difference.OTHER),
    ("má", "ma", Difference.OTHER),
    ("má", "bá", Difference.OTHER),
    ("má", "", Difference.OTHER),
]


@pytest.mark.parametrize(("accepted", "given", "expected"), VECTORS)
def test_a_slip_is_of_its_class(accepted: str, given: str, expected: Difference) -> None:
    assert difference(accepted, given) == expected


@pytest.mark.parametrize("word", ["quý", "toán", "hoàn", "thuyền", "quá", "huế"])
def test_what_has_one_spelling_is_not_rewritten(word: str) -> None:
    assert comparison_key(word) == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [("người", True), ("đi", True), ("ba", False), ("中国", False), ("", False)],
)
def test_vietnamese_is_told_by_its_marks(text: str, expected: bool) -> None:
    assert is_vietnamese(text) == expected
