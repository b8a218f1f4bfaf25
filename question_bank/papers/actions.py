"""Drawing blueprints, assembling papers, changing what is not sealed, and sealing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.clock import local
from lms.ground.db import session
from lms.ground.errors import Refused
from lms.ground.jobs import actions as jobs
from lms.ground.jobs.models import Job
from question_bank.items.kinds.policies import POLICIES, default_policy, policies_for
from question_bank.items.kinds.protocol import content_of, shown
from question_bank.items.models import ItemVersion
from question_bank.items.rules.terms import Difficulty, ItemState, Kind, Source
from question_bank.papers import queries
from question_bank.papers.models import Blueprint, BlueprintRow, Paper, Section, Slot, Variant
from question_bank.papers.rules.assembly import assemble as assembled
from question_bank.papers.rules.freezing import (
    Part,
    Place,
    digest,
    frozen_answers,
    frozen_content,
)
from question_bank.papers.rules.headings import heading, section_order

MOST_PER_ROW = 200


@dataclass(frozen=True, slots=True)
class RowDraft:
    """A row of a blueprint as it is entered."""

    kind: Kind
    count: int
    points: Decimal
    bank_id: int | None = None
    topic_id: int | None = None
    difficulty: Difficulty | None = None


def draw_blueprint(
    *, title: str, minutes: int, rows: Sequence[RowDraft], by: Actor, at: datetime
) -> Blueprint:
    """A new blueprint; Refused with everything that is wrong with it."""
    _check_rows(minutes, rows)
    blueprint = Blueprint(
        title=" ".join(title.split()), minutes=minutes, created_by=by.name, created_at=at
    )
    blueprint.rows = _rows(rows)
    try:
        with session.begin_nested():
            session.add(blueprint)
    except IntegrityError:
        raise Refused(f"已经有名为“{blueprint.title}”的双向细目表。") from None
    record("papers.draw", blueprint, f"编制了双向细目表“{blueprint.title}”", by=by, at=at)
    return blueprint


def redraw(
    blueprint: Blueprint,
    *,
    title: str,
    minutes: int,
    rows: Sequence[RowDraft],
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Change a blueprint (with its rows loaded). Papers made by it stay as they are."""
    blueprint.edited_from(seen)
    _check_rows(minutes, rows)
    wanted = " ".join(title.split())
    blueprint.rows.clear()
    session.flush()  # the new rows take the places of the old
    try:
        with session.begin_nested():
            blueprint.title, blueprint.minutes = wanted, minutes
            blueprint.rows = _rows(rows)
    except IntegrityError:
        raise Refused(f"已经有名为“{wanted}”的双向细目表。") from None
    record("papers.redraw", blueprint, f"修改了双向细目表“{blueprint.title}”", by=by, at=at)


def assemble(blueprint: Blueprint, *, seed: int, by: Actor, at: datetime, title: str = "") -> Paper:
    """A paper in two variants by the blueprint, the same for the same seed and the same bank.

    Refused with what is missing, row by row, and when the same form comes twice (the same
    blueprint and seed). Only approved items whose sources still hold.
    """
    blueprint = queries.get_blueprint(blueprint.id)
    _check_seed(blueprint, seed)
    today = local(at).date()
    needs = queries.needs(blueprint.rows, today=today)
    made = assembled(needs, seed=seed)
    if made.missing:
        supplies = queries.supplies(blueprint.rows, today=today)
        raise Refused(*(one.sentence for one in supplies if one.sentence))
    paper = Paper(
        title=" ".join(title.split()) or _next_title(blueprint),
        blueprint_id=blueprint.id,
        minutes=blueprint.minutes,
        seed=seed,
        created_by=by.name,
        created_at=at,
    )
    sections = _sections(blueprint.rows, multiple=queries.multiple_policy(today=today))
    paper.sections = list(sections.values())
    paper.variants = [
        Variant(code="A", slots=_slots(blueprint.rows, sections, made.first)),
        Variant(code="B", slots=_slots(blueprint.rows, sections, made.second)),
    ]
    try:
        with session.begin_nested():
            session.add(paper)
    except IntegrityError:
        raise Refused(f"已经有名为“{paper.title}”的试卷，请换一个名称。") from None
    told = f"组成试卷“{paper.title}”A、B卷" + (f"，两卷共用{made.shared}题" if made.shared else "")
    record("papers.assemble", paper, told, by=by, at=at, seed=seed, shared=made.shared)
    return paper


def swap(
    paper: Paper,
    slot: Slot,
    version: ItemVersion,
    *,
    seen: int | None,
    by: Actor,
    at: datetime,
) -> None:
    """Put another item into a slot (both from `queries.get_paper`); Refused when it does not fit."""
    _check_open(paper)
    paper.edited_from(seen)
    fitting = queries.alternatives(paper, slot, today=local(at).date(), limit=MOST_PER_ROW)
    if version.id not in {one.id for one in fitting}:
        raise Refused("这道题不能换到这里：题型或题库不同、没有审定，或者已经在卷中。")
    before = slot.item_version_id
    slot.item_version_id = version.id
    code = next(one.code for one in paper.variants if one.id == slot.variant_id)
    told = f"更换了“{paper.title}”{code}卷第{slot.number}题"
    record("papers.swap", paper, told, by=by, at=at, before=before, after=version.id)


def set_policy(
    paper: Paper, section: Section, code: str, *, seen: int | None, by: Actor, at: datetime
) -> None:
    """Another score policy for a section; Refused when it is not for its kind."""
    _check_open(paper)
    paper.edited_from(seen)
    if code not in {policy.code for policy in policies_for(section.kind)}:
        raise Refused("这种计分办法不适用于本大题的题型。")
    section.policy = code
    told = f"将“{paper.title}”{section.title}的计分办法定为“{POLICIES[code].title}”"
    record("papers.set_policy", paper, told, by=by, at=at, policy=code)


def discard(paper: Paper, *, by: Actor, at: datetime) -> None:
    """Throw away a paper that was not sealed."""
    _check_open(paper)
    record("papers.discard", paper, f"废弃了未封卷的试卷“{paper.title}”", by=by, at=at)
    session.delete(paper)
    session.flush()


def seal(paper: Paper, *, by: Actor, at: datetime) -> None:
    """封卷: freeze both documents of every variant; from here on nothing can be changed.

    Refused when an item was retired or changed for the worse since, with the places.
    """
    paper = queries.get_paper(paper.id)
    _check_open(paper)
    _check_items(paper)
    multiple = queries.multiple_policy(today=local(at).date())
    for variant in paper.variants:
        parts = _frozen_parts(paper, variant)
        variant.content = frozen_content(paper.title, paper.minutes, parts)
        variant.answers = frozen_answers(parts, multiple=multiple)
        variant.content_hash = digest(variant.content)
    paper.sealed_at, paper.sealed_by = at, by.name
    paper.version += 1
    hashes = {variant.code: variant.content_hash for variant in paper.variants}
    record("papers.seal", paper, f"封存了试卷“{paper.title}”", by=by, at=at, hashes=hashes)


def open_answers(paper: Paper, *, by: Actor, at: datetime) -> None:
    """Whoever looks at a sealed paper or its answers leaves a trace (工作秘密)."""
    record("papers.open", paper, f"查看了已封存试卷“{paper.title}”的试题和答案", by=by, at=at)


def print_variant(variant: Variant, *, guide: bool, by: Account, at: datetime) -> Job:
    """Have a sealed variant, or its marking guide, made into a PDF by a worker."""
    if variant.paper.sealed_at is None:
        raise Refused("试卷封存后才能打印。")
    what = "评分标准" if guide else "试卷"
    told = f"打印“{variant.paper.title}”{variant.code}卷的{what}"
    record("papers.print", variant.paper, told, by=by, at=at, variant=variant.code, guide=guide)
    return jobs.enqueue("papers.print", owner_id=by.id, at=at, variant_id=variant.id, guide=guide)


def _check_rows(minutes: int, rows: Sequence[RowDraft]) -> None:
    reasons = []
    if not rows:
        reasons.append("双向细目表至少要有一行。")
    if not 1 <= minutes <= 600:
        reasons.append("考试时长须在1至600分钟之间。")
    for number, row in enumerate(rows, start=1):
        if not 1 <= row.count <= MOST_PER_ROW:
            reasons.append(f"第{number}行：题数须在1至{MOST_PER_ROW}之间。")
        if row.points <= 0 or row.points != round(row.points, 2):
            reasons.append(f"第{number}行：每题分值须大于0，最多两位小数。")
    if reasons:
        raise Refused(*reasons)


def _rows(drafts: Sequence[RowDraft]) -> list[BlueprintRow]:
    return [
        BlueprintRow(
            position=position,
            kind=draft.kind,
            bank_id=draft.bank_id,
            topic_id=draft.topic_id,
            difficulty=draft.difficulty,
            count=draft.count,
            points=draft.points,
        )
        for position, draft in enumerate(drafts, start=1)
    ]


def _check_seed(blueprint: Blueprint, seed: int) -> None:
    twin = queries.find_paper(blueprint, seed)
    if twin is not None:
        raise Refused(
            f"按这份细目表和随机种子{seed}已经组成“{twin.title}”，要另组一套请换一个种子。"
        )


def _next_title(blueprint: Blueprint) -> str:
    return f"{blueprint.title}（第{queries.papers_of(blueprint) + 1}套）"


def _sections(rows: Sequence[BlueprintRow], *, multiple: str) -> dict[Kind, Section]:
    """One section per kind, in the usual order."""
    made = {}
    for position, kind in enumerate(section_order([row.kind for row in rows]), start=1):
        points = [row.points for row in rows if row.kind is kind for _ in range(row.count)]
        made[kind] = Section(
            position=position,
            title=heading(position, kind, points),
            kind=kind,
            policy=default_policy(kind, multiple=multiple),
        )
    return made


def _slots(
    rows: Sequence[BlueprintRow],
    sections: Mapping[Kind, Section],
    chosen: Mapping[int, tuple[int, ...]],
) -> list[Slot]:
    """The items section by section, numbered through."""
    in_order = [
        (section, row.points, version_id)
        for kind, section in sections.items()
        for row in rows
        if row.kind is kind
        for version_id in chosen[row.position]
    ]
    return [
        Slot(section=section, number=number, item_version_id=version_id, points=points)
        for number, (section, points, version_id) in enumerate(in_order, start=1)
    ]


def _check_open(paper: Paper) -> None:
    if paper.sealed_at is not None:
        raise Refused(f"“{paper.title}”已经封存，不能再改动。")


def _check_items(paper: Paper) -> None:
    """Every item is still in use, and both variants are worth the same."""
    reasons = [
        f"{variant.code}卷第{slot.number}题已停用，请先更换。"
        for variant in paper.variants
        for slot in variant.slots
        if slot.item_version.item.state is ItemState.RETIRED
    ]
    totals = {sum((slot.points for slot in one.slots), Decimal(0)) for one in paper.variants}
    if len(totals) > 1:
        reasons.append(f"各卷总分不同：{'、'.join(map(shown, sorted(totals)))}分。")
    if reasons:
        raise Refused(*reasons)


def _frozen_parts(paper: Paper, variant: Variant) -> list[Part]:
    return [
        Part(
            section.title,
            section.kind.value,
            section.policy,
            [_place(slot) for slot in variant.slots if slot.section_id == section.id],
        )
        for section in paper.sections
    ]


def _place(slot: Slot) -> Place:
    version = slot.item_version
    sources = [Source(one.document, one.article, one.edition) for one in version.item.provenances]
    return Place(
        slot.number,
        slot.points,
        content_of(version.item.kind.value, vars(version)),
        version.id,
        "；".join(source.shown for source in sources),
    )
