"""An exam that was held: a cohort, a sealed paper in two variants, a sitting, and sheets.

The paper has 100 points: single 20, multiple 30 (M2), truth 10, blank 10, short 10 (people
mark it: 6 + 4), case 20 (a single of 5, and 15 that people mark). In variant B the short
answer is number 6 and the case number 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, event

from courses.cohorts.models import Cohort, Enrolment
from courses.programmes.models import Programme
from lms.exams.attempts.models import Attempt, Step
from lms.exams.attempts.rules.states import SubmittedBy
from lms.exams.marking.actions import marks
from lms.exams.marking.queries import blind, exams
from lms.exams.sittings.models import Candidate, Exam, Sitting
from lms.ground.clock import now
from lms.ground.db import session
from lms.ground.people.models import Person
from question_bank.items.models import Bank, Item, ItemVersion
from question_bank.items.rules.terms import Kind
from question_bank.papers.models import Paper, Variant
from tests import make

STARTS = date(2026, 3, 2)
ALL_RIGHT = {
    1: "B",
    2: ["A", "C"],
    3: "true",
    4: ["三年"],
    5: "村民会议由村民委员会召集。",
    6: {"1": "A", "2": "应当公开。"},
}


@dataclass
class Held:
    """What a test needs of a held exam; attempts by learner, None for whoever did not come."""

    exam: Exam
    sitting: Sitting
    cohort: Cohort
    variants: dict[str, Variant]
    items: dict[int, int]
    attempts: dict[str, Attempt | None] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)


def programme(code: str = "zhixing", name: str = "知行学堂") -> Programme:
    return _keep(Programme(code=code, name=name))


def cohort(
    *, title: str = "知行学堂第七期", number: int = 7, of: Programme | None = None, **columns: Any
) -> Cohort:
    filled = {
        "starts_on": STARTS,
        "ends_on": STARTS + timedelta(days=4),
        "capacity": 50,
        "created_at": now(),
        **columns,
    }
    home = of or programme()
    return _keep(Cohort(programme_id=home.id, number=number, title=title, **filled))


def enrol(cohort: Cohort, person: Person, number: str = "") -> Enrolment:
    number = number or f"K{cohort.number:02d}{person.id:03d}"
    row = Enrolment(
        cohort_id=cohort.id, person_id=person.id, learner_number=number, enrolled_at=now()
    )
    return _keep(row)


def hold(
    cohort: Cohort,
    answers: Mapping[Person, Mapping[int, Any] | None],
    *,
    title: str = "结业考试",
    variant: str = "A",
    handed_in: bool = True,
    pass_score: str = "60",
) -> Held:
    """An exam of the cohort that ended an hour ago; `answers` by slot, None: did not come."""
    items = _items(title)
    paper = _paper(title)
    variants = {
        code: _keep(Variant(paper_id=paper.id, code=code, **documents(items, swap=code == "B")))
        for code in "AB"
    }
    exam = _keep(
        Exam(
            cohort_id=cohort.id,
            paper_id=paper.id,
            title=title,
            pass_score=Decimal(pass_score),
            created_by="系统",
            created_at=now(),
        )
    )
    window = _window()
    sitting = _keep(Sitting(exam_id=exam.id, minutes=90, prepared_at=window["opens_at"], **window))
    held = Held(exam, sitting, cohort, variants, items)
    for seat, (person, given) in enumerate(answers.items(), start=1):
        seat_candidate(held, person, given, seat=seat, variant=variant, handed_in=handed_in)
    return held


def seat_candidate(
    held: Held,
    person: Person,
    given: Mapping[int, Any] | None,
    *,
    seat: int,
    variant: str = "A",
    handed_in: bool = True,
) -> Candidate:
    """A candidate with a sheet; `given` None: the sheet lies there untouched."""
    known = held.enrolments.get(person.name)
    enrolment = known or enrol(held.cohort, person)
    attempt = _attempt(held, person, given is not None, variant, seat, handed_in)
    for seq, (number, value) in enumerate((given or {}).items(), start=1):
        session.add(
            Step(
                attempt_id=attempt.id,
                lease=1,
                seq=seq,
                number=number,
                value=value,
                received_at=held.sitting.opens_at + timedelta(minutes=seq),
            )
        )
    held.enrolments[person.name] = enrolment
    held.attempts[person.name] = attempt if given is not None else None
    return _keep(
        Candidate(
            sitting_id=held.sitting.id, enrolment_id=enrolment.id, attempt_id=attempt.id, seat=seat
        )
    )


def documents(items: Mapping[int, int], *, swap: bool = False) -> dict[str, Any]:
    """The two frozen documents of a variant, as sealing writes them."""
    entries = {number: _entry(number, items[number]) for number in items}
    if swap:
        entries[5], entries[6] = entries[6], entries[5]
    sections = [
        {
            "title": entry["title"],
            "kind": entry["answer"]["kind"],
            "points": entry["answer"]["points"],
            "slots": [{"number": number, **entry["slot"]}],
        }
        for number, entry in sorted(entries.items())
    ]
    content = {"title": "结业考试", "minutes": 90, "total": "100", "sections": sections}
    answers = {str(number): entry["answer"] for number, entry in entries.items()}
    return {"content": content, "answers": answers, "content_hash": ""}


def _entry(number: int, item_version_id: int) -> dict[str, Any]:
    title, kind, points, policy, stem, options, key, extra = PAPER[number - 1]
    slot = {"kind": kind, "stem": stem, "options": options, "points": points, "media": []}
    parts = extra.get("parts", [])
    shown = [
        {"kind": one["kind"], "stem": one["stem"], "options": one["options"], "points": one["points"], "blanks": 0}
        for one in parts
    ]  # fmt: skip
    kept = [
        {k: one[k] for k in ("kind", "policy", "points", "key", "rubric", "rationale")}
        for one in parts
    ]
    answer = {
        "kind": kind,
        "policy": policy,
        "points": points,
        "key": key,
        "rubric": extra.get("rubric", []),
        "rationale": f"解析秘密{number}",
        "item_version_id": item_version_id,
        "provenance": [],
        "parts": kept,
    }
    blanks = len(key) if kind == "blank" else 0
    return {"title": title, "slot": {**slot, "blanks": blanks, "parts": shown}, "answer": answer}


PAPER: list[tuple[str, str, str, str, str, list[str], list[Any], dict[str, Any]]] = [
    ("一、单项选择题", "single", "20", "S0@1", "村民委员会每届任期几年？", ["三年", "五年"], ["B"], {}),
    ("二、多项选择题", "multiple", "30", "M2@1", "下列属于自治内容的是：", ["管理", "经营", "教育"], ["A", "C"], {}),
    ("三、判断题", "truth", "10", "J1@1", "村务应当公开。", [], ["true"], {}),
    ("四、填空题", "blank", "10", "B1@1", "任期____。", [], [["三年", "3年"]], {}),
    ("五、简答题", "short", "10", "H0@1", "村民会议由谁召集？", [], ["参考答案秘密：由村民委员会召集。"],
     {"rubric": [{"text": "说出召集人", "points": "6"}, {"text": "说出程序", "points": "4"}]}),
    ("六、案例分析题", "case", "20", "C0@1", "某村多年不公开账目。", [], [],
     {"parts": [
         {"kind": "single", "policy": "S0@1", "points": "5", "stem": "该做法是否正确？",
          "options": ["不正确", "正确"], "key": ["A"], "rubric": [], "rationale": ""},
         {"kind": "short", "policy": "H0@1", "points": "15", "stem": "说明理由。", "options": [],
          "key": ["参考答案秘密：应当公开。"], "rubric": [], "rationale": ""},
     ]}),
]  # fmt: skip


def _items(title: str) -> dict[int, int]:
    bank = _keep(Bank(name=f"{title}题库", created_at=now()))
    made = {}
    for number, row in enumerate(PAPER, start=1):
        item = _keep(Item(bank_id=bank.id, kind=Kind(row[1]), created_at=now()))
        version = ItemVersion(
            item_id=item.id,
            stem=row[4],
            content_hash=f"{title}{number}",
            written_by="系统",
            written_at=now(),
        )
        made[number] = _keep(version).id
    return made


def _paper(title: str) -> Paper:
    made = {"created_by": "系统", "created_at": now(), "sealed_at": now()}
    return _keep(Paper(title=f"{title}试卷", minutes=90, seed=1, **made))


def _window() -> dict[str, datetime]:
    return {"opens_at": now() - timedelta(hours=3), "closes_at": now() - timedelta(hours=1)}


def _attempt(
    held: Held, person: Person, came: bool, variant: str, seat: int, handed_in: bool
) -> Attempt:
    opens, closes = held.sitting.opens_at, held.sitting.closes_at
    started = {"started_at": opens, "deadline": closes, "accepts_until": closes} if came else {}
    if not handed_in and came:
        later = now() + timedelta(hours=1)
        started |= {"deadline": later, "accepts_until": later}
    done = came and handed_in
    return _keep(
        Attempt(
            person_id=person.id,
            variant_id=held.variants[variant].id,
            title=held.exam.title,
            seed=seat * 7919 % 101,
            slots=len(PAPER),
            minutes=90,
            opens_at=opens,
            closes_at=closes,
            submitted_at=closes if done else None,
            submitted_by=SubmittedBy.CANDIDATE if done else None,
            **started,
        )
    )


def illustrate(variants: Iterable[Variant]) -> list[int]:
    """Give the single and the short answer three pictures: stem, first option, rationale.

    The short answer has no options: its second picture is shown by no text.
    """
    media = [make.picture().id for _each in range(3)]
    for variant in variants:
        content, answers = deepcopy(variant.content), deepcopy(variant.answers)
        for slot in (slot for section in content["sections"] for slot in section["slots"]):
            if slot["kind"] not in ("single", "short"):
                continue
            answer = answers[str(slot["number"])]
            answer |= {"media": media, "rationale": "解析［图3］", "transcript": "录音里的秘密"}
            slot |= {"stem": f"{slot['stem']}［图1］", "media": [*media[:2], None]}
            slot["options"][:1] = ["［图2］"] if slot["options"] else []
        variant.content, variant.answers = content, answers
    session.flush()
    return media


def mark_all(held: Held, by: Any, points: Mapping[int, Sequence[str]]) -> None:
    """Give every collected response the same points, by item place (5 short, 6 case)."""
    from_item = {item: number for number, item in held.items.items()}
    for response in blind.collected(held.exam.id):
        task = exams.get_task(held.exam, response.item_version_id)
        given = [Decimal(one) for one in points[from_item[response.item_version_id]]]
        marks.mark(response, task, rubric_points=given, remark="", seen=None, by=by, at=now())


def _keep(row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


@contextmanager
def selects(engine: Engine) -> Iterator[list[str]]:
    """The SELECTs that the engine executes meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)
