"""Rules about people: their details, ID and phone numbers, and what of them may be shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from lms.ground.errors import Refused
from lms.ground.words import word

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


class Private(StrEnum):
    """A sealed column of a person: shown in full only for a reason, which is written down."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    EMAIL = "email"
    BANK_ACCOUNT = "bank_account"
    HEALTH = "health"
    DIET = "diet"


GENDER_NAMES = {Gender.MALE: word("男"), Gender.FEMALE: word("女")}
POLITICS_NAMES = {
    Politics.MEMBER: word("中共党员"),
    Politics.PROBATIONARY: word("中共预备党员"),
    Politics.LEAGUE: word("共青团员"),
    Politics.OTHER_PARTY: word("民主党派"),
    Politics.MASSES: word("群众"),
}
RANK_NAMES = {
    RankLevel.COUNTY: word("县处级"),
    RankLevel.TOWNSHIP: word("乡科级"),
    RankLevel.STAFF: word("一般干部"),
    RankLevel.VILLAGE: word("村（社区）干部"),
}
UNIT_KIND_NAMES = {
    UnitKind.ORGAN: word("党政机关"),
    UnitKind.TOWNSHIP: word("乡镇（街道）"),
    UnitKind.VILLAGE: word("村（社区）"),
    UnitKind.INSTITUTION: word("事业单位"),
    UnitKind.SCHOOL: word("党校"),
}
PRIVATE_NAMES = {
    Private.ID_NUMBER: word("身份证号"),
    Private.PHONE: word("手机号"),
    Private.EMAIL: word("电子邮箱"),
    Private.BANK_ACCOUNT: word("银行卡号"),
    Private.HEALTH: word("健康状况"),
    Private.DIET: word("饮食禁忌"),
}
EDUCATIONS = ("研究生", "大学本科", "大学专科", "中专", "高中", "初中及以下")
# GB/T 3304.
ETHNICITIES = (
    "汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "布依族",
    "朝鲜族", "满族", "侗族", "瑶族", "白族", "土家族", "哈尼族", "哈萨克族", "傣族",
    "黎族", "傈僳族", "佤族", "畲族", "高山族", "拉祜族", "水族", "东乡族", "纳西族",
    "景颇族", "柯尔克孜族", "土族", "达斡尔族", "仫佬族", "羌族", "布朗族", "撒拉族", "毛南族",
    "仡佬族", "锡伯族", "阿昌族", "普米族", "塔吉克族", "怒族", "乌孜别克族", "俄罗斯族", "鄂温克族",
    "德昂族", "保安族", "裕固族", "京族", "塔塔尔族", "独龙族", "鄂伦春族", "赫哲族", "门巴族",
    "珞巴族", "基诺族",
)  # fmt: skip
LONGEST_NAME = 50
_DOTS = str.maketrans(dict.fromkeys("•‧∙・･⋅", "·"))


@dataclass(frozen=True)
class PersonDetails:
    """What a form or a roster says about a person.

    `private` holds what was typed for sealed columns; one that is not in it stays as it
    is, an empty text removes it.
    """

    name: str
    unit_id: int | None = None
    gender: Gender | None = None
    born: date | None = None
    ethnicity: str = ""
    politics: Politics | None = None
    party_joined: date | None = None
    education: str = ""
    post: str = ""
    rank: RankLevel | None = None
    is_party_secretary: bool = False
    private: Mapping[Private, str] = field(default_factory=dict)


def clean_name(text: str) -> str:
    """A name as it is kept: NFC, one kind of middle dot, no blanks between hanzi (王　学)."""
    name = unicodedata.normalize("NFC", text).translate(_DOTS).strip()
    name = re.sub(r"\s*·\s*", "·", name)
    return re.sub(r"(?<=[^\x00-\u024f])\s+(?=[^\x00-\u024f])", "", re.sub(r"\s+", " ", name))


def clean_details(details: PersonDetails, *, on: date) -> PersonDetails:
    """The same with names and numbers as they are kept; Refused with everything wrong at once.

    Birth and gender are taken from the ID number only where nothing else is said: for a
    cadre the dossier's date of birth counts, not that of the ID card.
    """
    reasons = _faults(details, on)
    private: dict[Private, str] = {}
    for kind, typed in details.private.items():
        try:
            private[kind] = clean_private(kind, typed) if typed.strip() else ""
        except Refused as refusal:
            reasons += refusal.reasons
    if reasons:
        raise Refused(*reasons)
    number = private.get(Private.ID_NUMBER)
    return replace(
        details,
        name=clean_name(details.name),
        born=details.born or (birth_of(number) if number else None),
        gender=details.gender or (gender_of(number) if number else None),
        private=private,
    )


def clean_private(kind: Private, text: str) -> str:
    """The text of a sealed column as it is kept; Refused with what is wrong."""
    cleaners: dict[Private, Callable[[str], str]] = {
        Private.ID_NUMBER: clean_id_number,
        Private.PHONE: clean_phone,
        Private.EMAIL: _clean_email,
        Private.BANK_ACCOUNT: _clean_bank_account,
    }
    return cleaners.get(kind, str.strip)(text)


def _faults(details: PersonDetails, on: date) -> list[str]:
    name = clean_name(details.name)
    reasons = []
    if not name:
        reasons.append("请填写姓名。")
    if len(name) > LONGEST_NAME:
        reasons.append(f"姓名最多{LONGEST_NAME}个字。")
    if details.born is not None and not date(1900, 1, 1) <= details.born <= on:
        reasons.append("出生日期不对，请核对年份。")
    joined = details.party_joined
    if joined is not None and (joined > on or (details.born and joined <= details.born)):
        reasons.append("入党时间不对，请核对年份。")
    return reasons


def _clean_email(text: str) -> str:
    address = text.strip()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        raise Refused("电子邮箱的格式不对，应像 name@example.com。")
    return address


def _clean_bank_account(text: str) -> str:
    digits = re.sub(r"[\s\-]", "", text)
    if not re.fullmatch(r"\d{12,19}", digits):
        raise Refused("银行卡号应为12到19位数字。")
    return digits


def clean_id_number(text: str) -> str:
    """The 18 characters of a valid ID number, X in upper case; Refused with what is wrong.

    GB 11643-1999: six digits of area, eight of birth, three of sequence, and a check
    character by ISO 7064 MOD 11-2.
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
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
    plain = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[\s\-]", "", plain).removeprefix("+86")
    if not re.fullmatch(r"1\d{10}", digits):
        raise Refused("手机号应为11位数字，以1开头。")
    return digits


def mask_phone(phone: str) -> str:
    """100****5678."""
    return phone[:3] + "****" + phone[-4:]


@dataclass(frozen=True)
class UnitLine:
    """A unit in the list: how deep it lies, and how many people are in it and below."""

    id: int
    name: str
    kind: UnitKind
    parent_id: int | None
    is_closed: bool
    people: int
    depth: int = 0
    path: str = ""


def as_tree(units: Iterable[UnitLine]) -> list[UnitLine]:
    """The units from the top down, each below its parent, with depth, path and summed people.

    A unit whose parent is not among them (not visible, say) stands at the top.
    """
    listed = sorted(units, key=lambda unit: (unit.kind, unit.name))
    known = {unit.id for unit in listed}
    below: dict[int | None, list[UnitLine]] = {}
    for unit in listed:
        parent = unit.parent_id if unit.parent_id in known else None
        below.setdefault(parent, []).append(unit)
    return _grown(below, None, depth=0, path="")


def _grown(
    below: Mapping[int | None, Sequence[UnitLine]], parent: int | None, *, depth: int, path: str
) -> list[UnitLine]:
    lines: list[UnitLine] = []
    for unit in below.get(parent, ()):
        here = f"{path} / {unit.name}" if path else unit.name
        branch = _grown(below, unit.id, depth=depth + 1, path=here)
        people = unit.people + sum(line.people for line in branch if line.depth == depth + 1)
        lines += [replace(unit, depth=depth, path=here, people=people), *branch]
    return lines
