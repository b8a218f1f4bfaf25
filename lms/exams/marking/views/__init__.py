"""Pages of marking: exams, the marking desk, arbitration, quality, scoring runs."""

from lms.exams.marking.views import corrections, desk, exams, judging, plans
from lms.exams.marking.views.blueprint import blueprint

__all__ = ["blueprint", "corrections", "desk", "exams", "judging", "plans"]
