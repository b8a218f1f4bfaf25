"""Reading which course is examined on which topics, and what a paper asks of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

from sqlalchemy import select

from lms.exams.sittings.models import CourseTopic
from lms.exams.sittings.rules import items_on
from lms.ground.db import session
from question_bank.items.models import Item, ItemVersion
from question_bank.papers.models import Slot, Variant
from question_bank.topics.queries import nodes


def topics_of(course_ids: Collection[int]) -> dict[int, set[int]]:
    """The topics that each of these courses is examined on; courses without any are left out."""
    wanted = select(CourseTopic.course_id, CourseTopic.topic_id)
    found: dict[int, set[int]] = defaultdict(set)
    for course_id, topic_id in session.execute(wanted.where(CourseTopic.course_id.in_(course_ids))):
        found[course_id].add(topic_id)
    return dict(found)


def asked_of(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many items a paper has on the topics of a course, by (course, paper); a course without
    topics is left out. Three statements, one where no course has any."""
    known = topics_of({course_id for course_id, _paper in pairs})
    if not known:
        return {}
    tree, on_paper = nodes(), _items_by_topic({paper_id for _course, paper_id in pairs})
    return {
        (course_id, paper_id): items_on(known[course_id], on_paper[paper_id], tree)
        for course_id, paper_id in pairs
        if course_id in known
    }


def _items_by_topic(paper_ids: Collection[int]) -> dict[int, Counter[int]]:
    """How many items of each topic these papers have, all variants taken together."""
    wanted = (
        select(Variant.paper_id, Item.id, Item.topic_id)
        .join(Slot, Slot.variant_id == Variant.id)
        .join(ItemVersion, ItemVersion.id == Slot.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Variant.paper_id.in_(paper_ids))
        .distinct()
    )
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for paper_id, _item, topic_id in session.execute(wanted):
        if topic_id is not None:
            found[paper_id][topic_id] += 1
    return found
