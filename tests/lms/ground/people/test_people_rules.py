"""Rules about people, as tables."""

from __future__ import annotations

from datetime import date

import pytest

from lms.ground.errors import Refused
from lms.ground.people.rules import (
    ETHNICITIES,
    Gender,
    PersonDetails,
    Private,
    UnitKind,
    UnitLine,
    as_tree,
    clean_details,
    clean_id_number,
    clean_name,
    clean_phone,
    clean_private,
    gender_of,
    mask_id_number,
    mask_phone,
)
from tests import make

TODAY = date(2026, 3, 1)
VALID = make.id_number(12)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王　学", "王学"),
        (" 王  学 ", "王学"),
        ("阿依古丽 • 买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        ("Nguyê\u0303n  Văn An", "Nguyễn Văn An"),
        ("𬱖 㑇", "𬱖㑇"),
        ("　", ""),
    ],
)
def test_a_name_is_kept_in_one_way(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        VALID,
        f" {VALID[:6]} {VALID[6:14]} {VALID[14:]} ",
        VALID.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ],
)
def test_an_id_number_is_read_however_it_is_typed(typed: str) -> None:
    assert clean_id_number(typed) == VALID


def test_a_check_character_may_be_a_small_x() -> None:
    number = next(make.id_number(n) for n in range(99) if make.id_number(n).endswith("X"))
    assert clean_id_number(number.lower()) == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (VALID[:-1], "应为18位"),
        (VALID[:-1] + str((int(VALID[-1]) + 1) % 10), "校验位不对"),
        ("990101198502300012", "出生日期不存在"),
        ("A" + VALID[1:], "应为18位"),
    ],
)
def test_a_wrong_id_number_is_told_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        clean_id_number(typed)


@pytest.mark.parametrize(("serial", "gender"), [(11, Gender.MALE), (12, Gender.FEMALE)])
def test_the_seventeenth_digit_tells_the_gender(serial: int, gender: Gender) -> None:
    assert gender_of(make.id_number(serial)) == gender


@pytest.mark.parametrize(
    "typed", ["10012345678", "100 1234 5678", "+86-100-1234-5678", "１００１２３４５６７８"]
)
def test_a_phone_number_is_read_however_it_is_typed(typed: str) -> None:
    assert clean_phone(typed) == "10012345678"


def test_what_is_shown_of_numbers_cannot_be_used() -> None:
    assert mask_id_number(VALID) == "990***********" + VALID[-4:]
    assert mask_phone("10012345678") == "100****5678"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(Private.EMAIL, "name.example"), (Private.BANK_ACCOUNT, "1234"), (Private.PHONE, "123")],
)
def test_malformed_private_data_is_refused(kind: Private, typed: str) -> None:
    with pytest.raises(Refused):
        clean_private(kind, typed)


def test_birth_and_gender_come_from_the_id_number_only_where_nothing_else_is_said() -> None:
    private = {Private.ID_NUMBER: make.id_number(11)}
    silent = clean_details(PersonDetails("王学", private=private), on=TODAY)
    said = clean_details(PersonDetails("王学", born=date(1984, 12, 1), private=private), on=TODAY)
    assert (silent.born, silent.gender) == (date(1985, 3, 2), Gender.MALE)
    assert said.born == date(1984, 12, 1)


def test_everything_wrong_is_told_at_once() -> None:
    private = {Private.ID_NUMBER: "1", Private.PHONE: "2"}
    wrong = PersonDetails(" ", born=date(2030, 1, 1), private=private)
    with pytest.raises(Refused) as refusal:
        clean_details(wrong, on=TODAY)
    assert len(refusal.value.reasons) == 4


@pytest.mark.parametrize("joined", [date(2026, 3, 2), date(1985, 3, 2)])
def test_nobody_joins_before_birth_or_in_the_future(joined: date) -> None:
    with pytest.raises(Refused, match="入党时间"):
        clean_details(PersonDetails("王学", born=date(1985, 3, 2), party_joined=joined), on=TODAY)


def test_there_are_fifty_six_ethnic_groups() -> None:
    assert len(set(ETHNICITIES)) == 56


def line(number: int, parent: int | None, people: int, name: str = "") -> UnitLine:
    return UnitLine(number, name or f"单位{number}", UnitKind.ORGAN, parent, False, people)


def test_units_stand_below_their_parents_and_sum_their_people() -> None:
    tree = as_tree([line(3, 2, 5), line(1, None, 1), line(2, 1, 2), line(4, 1, 4)])
    assert [(unit.id, unit.depth, unit.people) for unit in tree] == [
        (1, 0, 12),
        (2, 1, 7),
        (3, 2, 5),
        (4, 1, 4),
    ]
    assert tree[2].path == "单位1 / 单位2 / 单位3"


def test_a_unit_whose_parent_is_not_seen_stands_at_the_top() -> None:
    assert [(unit.id, unit.depth) for unit in as_tree([line(3, 2, 0)])] == [(3, 0)]
