"""Writing down people and units; who sees whom."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from lms.ground.access import Role
from lms.ground.audit.models import AuditEntry
from lms.ground.db import session
from lms.ground.errors import Conflict, Missing, Refused
from lms.ground.people import actions, queries
from lms.ground.people.models import Person, Unit
from lms.ground.people.queries import Wanted
from lms.ground.people.rules import PersonDetails, Politics, Private, UnitKind
from lms.ground.vault import lookup_hash
from tests import cast, make

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
ID, PHONE = make.id_number(12), make.phone(7)


def save(name: str = "王学", person: Person | None = None, **details: object) -> Person:
    seen = None if person is None else person.version
    wanted = PersonDetails(name, **details)  # type: ignore[arg-type]
    return actions.save_person(person, wanted, seen=seen, by=cast.office(), at=AT)


def names(account: object, **wanted: object) -> list[str]:
    page = queries.page_of_people(account, Wanted(**wanted), page=1)  # type: ignore[arg-type]
    return [person.name for person in page.rows]


def test_private_columns_are_sealed_hashed_and_masked(context: None) -> None:
    person = save(private={Private.ID_NUMBER: ID, Private.PHONE: PHONE, Private.DIET: "清真"})
    stored = session.execute(text("SELECT * FROM person WHERE id = :id"), {"id": person.id}).one()
    raw = " ".join(str(value) for value in stored)
    assert [secret in raw for secret in (ID, PHONE, "清真")] == [False] * 3
    assert (person.id_number_hash, person.phone_hash) == (lookup_hash(ID), lookup_hash(PHONE))
    assert (person.id_number_masked, person.phone_masked) == (
        "990***********" + ID[-4:],
        "100****0007",
    )


def test_sealed_columns_are_readable_again(context: None) -> None:
    person = save(private={Private.ID_NUMBER: ID})
    session.expire_all()
    assert queries.get_private(person.id, Private.ID_NUMBER, cast.office()) == ID


def test_an_id_number_belongs_to_one_person(context: None) -> None:
    save(private={Private.ID_NUMBER: ID})
    with pytest.raises(Refused, match="已登记在另一位人员名下"):
        save("另一位", private={Private.ID_NUMBER: ID})
    other = save("另一位")
    with pytest.raises(Refused, match="已登记在另一位人员名下"):
        save("另一位", other, private={Private.ID_NUMBER: ID})
    assert session.scalars(select(Person.id_number_hash).where(Person.name == "另一位")).all() == [
        None
    ]


def test_two_people_may_share_a_phone(context: None) -> None:
    for name in ("甲", "乙"):
        save(name, private={Private.PHONE: PHONE})
    found = queries.found_by_number(PHONE, cast.office())
    assert sorted(person.name for person in found) == ["乙", "甲"]


def test_what_is_not_typed_stays_and_what_is_emptied_goes(context: None) -> None:
    person = save(private={Private.ID_NUMBER: ID, Private.PHONE: PHONE})
    save("王学", person, private={Private.PHONE: ""})
    assert queries.filled_private(person) == frozenset({Private.ID_NUMBER})
    assert (person.phone_hash, person.phone_masked) == (None, "")


def test_a_stale_form_of_a_person_is_a_conflict(context: None) -> None:
    person = save()
    with pytest.raises(Conflict):
        actions.save_person(person, PersonDetails("王学"), seen=99, by=cast.office(), at=AT)


def test_the_trail_names_the_columns_and_never_their_content(context: None) -> None:
    person = save()
    save("王学", person, post="科员", private={Private.ID_NUMBER: ID})
    session.flush()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.details == {"columns": ["gender", "born", "post", "id_number"]}
    assert ID not in str(entry.details) + entry.sentence


def test_unmasking_needs_a_reason_and_leaves_a_trace(context: None) -> None:
    person, viewer = save(private={Private.ID_NUMBER: ID}), cast.office()
    with pytest.raises(Refused, match="事由"):
        actions.unmask(person, Private.ID_NUMBER, "看", viewer=viewer, at=AT)
    shown = actions.unmask(person, Private.ID_NUMBER, "核对结业证书", viewer=viewer, at=AT)
    session.flush()
    sentence = session.scalar(select(AuditEntry.sentence).order_by(AuditEntry.id.desc()).limit(1))
    assert (shown, sentence) == (ID, "查看王学的身份证号，事由：核对结业证书")


def test_there_is_nothing_to_unmask_where_nothing_is_filled_in(context: None) -> None:
    with pytest.raises(Refused, match="没有填写"):
        actions.unmask(save(), Private.HEALTH, "安排住宿", viewer=cast.office(), at=AT)


def test_people_are_found_by_their_whole_numbers_only(context: None) -> None:
    person, viewer = save(private={Private.ID_NUMBER: ID, Private.PHONE: PHONE}), cast.office()
    assert queries.found_by_number(ID.lower(), viewer) == [person]
    assert queries.found_by_number(f"+86 {PHONE}", viewer) == [person]
    with pytest.raises(Refused):
        queries.found_by_number(PHONE[:7], viewer)


def test_people_are_matched_in_bulk_by_the_hash_of_their_id_number(context: None) -> None:
    person = save(private={Private.ID_NUMBER: ID})
    hashes = [lookup_hash(ID), lookup_hash(make.id_number(13))]
    assert queries.people_by_id_hash(hashes) == {hashes[0]: person}
    assert [queries.find_by_id_number(each) for each in hashes] == [person, None]


def test_a_list_is_narrowed_by_what_is_wanted(context: None) -> None:
    town = make.unit("老街镇")
    village = make.unit("河东村", parent=town)
    make.person("甲", unit=town, politics=Politics.MEMBER)
    make.person("乙", unit=village, is_party_secretary=True)
    make.person("丙")
    viewer = cast.administrator()
    assert names(viewer, search="河东") == ["乙"]
    assert names(viewer, search="丙") == ["丙"]
    assert names(viewer, unit_id=town.id) == ["乙", "甲"]
    assert names(viewer, politics=Politics.MEMBER) == ["甲"]
    assert names(viewer, is_party_secretary=True) == ["乙"]
    assert names(viewer, without_account=True) == ["丙", "乙", "甲"]


def test_a_unit_administrator_sees_the_units_in_charge_and_below(context: None) -> None:
    admin = cast.unit_admin()
    cast.learner(), cast.other_learner()
    town = session.scalars(select(Unit).where(Unit.name == "老街镇")).one()
    make.person("村里人", unit=make.unit("河东村", parent=town))
    assert names(admin) == ["朱单", "村里人", "王学"]
    assert [unit.name for unit in queries.unit_tree(admin)] == ["老街镇", "河东村"]


def test_a_unit_administrator_does_not_get_at_other_people(context: None) -> None:
    other = queries.get_person_of(cast.other_learner())
    other.phone_hash = lookup_hash(PHONE)
    assert queries.found_by_number(PHONE, cast.unit_admin()) == []
    with pytest.raises(Missing):
        queries.get_person(other.id, cast.unit_admin())
    with pytest.raises(Missing):
        queries.get_private(other.id, Private.PHONE, cast.unit_admin())
    with pytest.raises(Missing):
        queries.get_unit(other.unit_id or 0, cast.unit_admin())


def test_a_learner_sees_nobody_else(context: None) -> None:
    cast.other_learner()
    assert names(cast.learner()) == ["王学"]
    assert queries.unit_tree(cast.learner()) == []


def test_accounts_are_opened_for_those_who_have_none(context: None) -> None:
    people = [save("甲"), save("乙"), queries.get_person_of(cast.learner())]
    opened = actions.open_accounts(people, Role.LEARNER, by=cast.security(), at=AT)
    assert [(account.name, account.login) for account in opened] == [
        (person.name, f"u{person.id:05d}") for person in people[:2]
    ]
    assert actions.open_accounts(people, Role.LEARNER, by=cast.security(), at=AT) == []


def test_an_account_belongs_to_one_person(context: None) -> None:
    person, by = save(), cast.security()
    make.account(Role.INSTRUCTOR, login="hejiang")
    actions.link_account(person, "hejiang", by=by, at=AT)
    for other, login, sentence in (
        (save("甲"), "hejiang", "已经属于另一位"),
        (save("乙"), "nobody", "没有登录名"),
        (person, "hejiang", "已经有账号"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.link_account(other, login, by=by, at=AT)


@pytest.mark.parametrize("below", [True, False])
def test_a_name_is_taken_once_among_siblings(context: None, below: bool) -> None:
    by = cast.office()
    parent = make.unit("老街镇") if below else None
    actions.create_unit("河东村", UnitKind.VILLAGE, parent, by=by, at=AT)
    with pytest.raises(Refused, match="已有名为“河东村”"):
        actions.create_unit(" 河东村 ", UnitKind.VILLAGE, parent, by=by, at=AT)


def test_a_unit_is_moved_but_never_below_itself(context: None) -> None:
    by, top = cast.office(), make.unit("县直机关")
    office = make.unit("某局", parent=top)
    desk = make.unit("某股", parent=office)
    with pytest.raises(Refused, match="下级"):
        actions.edit_unit(top, "县直机关", UnitKind.ORGAN, desk, seen=1, by=by, at=AT)
    actions.edit_unit(desk, "综合股", UnitKind.ORGAN, top, seen=1, by=by, at=AT)
    assert (desk.name, desk.parent_id, desk.version) == ("综合股", top.id, 2)


def test_a_unit_with_open_units_below_is_not_closed(context: None) -> None:
    by, top = cast.office(), make.unit("县直机关")
    office = make.unit("某局", parent=top)
    with pytest.raises(Refused, match="下级单位"):
        actions.close_unit(top, on=date(2026, 3, 1), by=by, at=AT)
    actions.close_unit(office, on=date(2026, 3, 1), by=by, at=AT)
    actions.close_unit(top, on=date(2026, 3, 1), by=by, at=AT)
    with pytest.raises(Refused, match="已经撤销"):
        actions.create_unit("新股", UnitKind.ORGAN, top, by=by, at=AT)


def test_only_a_unit_administrator_is_put_in_charge_and_once(context: None) -> None:
    unit, by = make.unit("老街镇"), cast.security()
    make.account(Role.UNIT_ADMIN, login="zhudan")
    actions.put_in_charge(unit, "zhudan", by=by, at=AT)
    for login, sentence in (("zhudan", "已经是"), ("security", "不是单位管理员")):
        with pytest.raises(Refused, match=sentence):
            actions.put_in_charge(unit, login, by=by, at=AT)
    assert [account.login for _, account in queries.duties(unit)] == ["zhudan"]


def test_only_names_that_are_unmistakable_find_a_unit(context: None) -> None:
    towns = [make.unit("老街镇"), make.unit("新桥乡")]
    for town in towns:
        make.unit("河东村", parent=town)
    make.unit("旧局", closed_on=date(2025, 1, 1))
    assert sorted(queries.units_by_name()) == ["新桥乡", "老街镇"]
