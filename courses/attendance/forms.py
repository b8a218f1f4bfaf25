"""The form of a half-day's sheet: one choice and one note for each learner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from courses.attendance.rules import Entry, Presence
from lms.ground.errors import Refused

PRESENCE, NOTE = "presence-", "note-"
LONGEST_NOTE = 100


def read_entries(values: Mapping[str, str], enrolment_ids: Iterable[int]) -> dict[int, Entry]:
    """What was sent of each learner by enrolment id; Refused when a choice is none of ours."""
    entries = {}
    for key, value in values.items():
        number = key.removeprefix(PRESENCE)
        if number == key or not number.isdigit():
            continue
        if value not in {one.value for one in Presence}:
            raise Refused("考勤只能从列出的几种里选。")
        note = values.get(f"{NOTE}{number}", "").strip()[:LONGEST_NOTE]
        entries[int(number)] = Entry(Presence(value), note)
    missing = set(enrolment_ids) - set(entries)
    if missing:
        raise Refused(f"还有{len(missing)}名学员没有登记，请刷新页面后重新登记。")
    return entries
