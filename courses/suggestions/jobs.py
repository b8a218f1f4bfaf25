"""Looking for places for lessons, in a worker."""

from __future__ import annotations

from courses.cohorts import queries as cohorts
from courses.suggestions import actions, queries
from courses.suggestions.rules.placing import Placement
from courses.suggestions.rules.proposals import (
    Staff,
    Wish,
    early,
    lacking,
    problem,
    proposed,
    staff,
)
from courses.suggestions.solver.effort import Effort
from courses.suggestions.solver.search import solve
from lms.ground.accounts.queries import get_account
from lms.ground.clock import now
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work

EFFORT = Effort(seconds=20, threads=2)


@handles(actions.KIND, title="排出课程表建议")
def find(work: Work, suggestion_id: int) -> None:
    """Place what the plan lacks: as early as it can be, else anywhere within the cohort's dates."""
    waiting = queries.get_waiting(suggestion_id)
    if waiting is None:  # found before, by a worker that was stopped right after
        return
    cohort = cohorts.get_cohort(waiting.cohort_id, get_account(work.owner_id))
    wish = queries.wish(cohort, now=now())
    work.advance(0, 2, f"正在为{len(wish.lines)}门课找时间、教师和场地")
    teachers = staff(wish)
    placement = _place(work, wish, teachers)
    lessons = proposed(wish, teachers, placement)
    with work.writing():
        actions.keep(waiting, lessons, lacking(wish, teachers, placement))
    work.advance(2, 2, f"排出{len(lessons)}次课的建议")


def _place(work: Work, wish: Wish, teachers: Staff) -> Placement:
    if not wish.lines:
        return {}
    found = solve(problem(early(wish, teachers), teachers), EFFORT)
    if found.cost.missing:
        work.advance(1, 2, "靠前的半天放不下，正在用全部日期再找")
        found = solve(problem(wish, teachers), EFFORT)
    return found.placement
