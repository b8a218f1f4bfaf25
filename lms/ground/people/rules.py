"""Rules about people: ID numbers, phone numbers, and what of them may be shown."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from lms.ground.errors import Refused

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class Gender(StrEnum):
    """GB/T 2261.1, as far as an ID number tells it."""

    MALE = "male"
    FEMALE = "female"


class Politics(StrEnum):
    """政治面貌 (after GB/T 4762)."""

    MEMBER = "member"
    PROBATIONARY = "probationary"
    LEAGUE = "league"
    OTHER_PARTY = "other_party"
    MASSES = "masses"


class RankLevel(StrEnum):
    """职务层次 as far as training quotas tell them apart (干部教育培训工作条例 2023, Art. 14)."""

    COUNTY = "county"
    TOWNSHIP = "township"
    STAFF = "staff"
    VILLAGE = "village"


class UnitKind(StrEnum):
    """What sort of unit this is."""

    ORGAN = "organ"
    TOWNSHIP = "township"
    VILLAGE = "village"
    INSTITUTION = "institution"
    SCHOOL = "school"


GENDER_NAMES = {Gender.MALE: "男", Gender.FEMALE: "女"}
POLITICS_NAMES = {
    Politics.MEMBER: "中共党员",
    Politics.PROBATIONARY: "中共预备党员",
    Politics.LEAGUE: "共青团员",
    Politics.OTHER_PARTY: "民主党派",
    Politics.MASSES: "群众",
}
RANK_NAMES = {
    RankLevel.COUNTY: "县处级",
    RankLevel.TOWNSHIP: "乡科级",
    RankLevel.STAFF: "一般干部",
    RankLevel.VILLAGE: "村（社区）干部",
}
UNIT_KIND_NAMES = {
    UnitKind.ORGAN: "党政机关",
    UnitKind.TOWNSHIP: "乡镇（街道）",
    UnitKind.VILLAGE: "村（社区）",
    UnitKind.INSTITUTION: "事业单位",
    UnitKind.SCHOOL: "党校",
}


def clean_id_number(text: str) -> str:
    """The 18 characters of a valid ID number, X in upper case; Refused with what is wrong.

    GB 11643-1999: six digits of area, eight of birth, three of sequence, and a check
    character by ISO 7064 MOD 11-2.
    """
    number = text.strip().replace(" ", "").upper()
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number):
        raise Refused("身份证号应为18位（前17位是数字，最后一位是数字或X）。")
    birth_of(number)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    if _CHECKS[total % 11] != number[17]:
        raise Refused("身份证号的校验位不对，请核对是否有数字抄错。")
    return number


def birth_of(id_number: str) -> date:
    """The date of birth that an ID number states; Refused when there is no such day."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError:
        raise Refused("身份证号里的出生日期不存在，请核对。") from None


def gender_of(id_number: str) -> Gender:
    """The 17th digit is odd for men."""
    return Gender.MALE if int(id_number[16]) % 2 else Gender.FEMALE


def mask_id_number(id_number: str) -> str:
    """990***********123X: the first three and the last four characters."""
    return id_number[:3] + "*" * 11 + id_number[-4:]


def clean_phone(text: str) -> str:
    """The 11 digits of a mobile number; Refused when it is none."""
    digits = re.sub(r"[\s\-]", "", text).removeprefix("+86")
    if not re.fullmatch(r"1\d{10}", digits):
        raise Refused("手机号应为11位数字，以1开头。")
    return digits


def mask_phone(phone: str) -> str:
    """100****5678."""
    return phone[:3] + "****" + phone[-4:]
