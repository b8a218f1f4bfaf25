"""Pages of exams: arranging them, the board of 逢学必考, what courses are examined on."""

from lms.exams.sittings.views import arranging, coverage, topics
from lms.exams.sittings.views.blueprint import blueprint

__all__ = ["arranging", "blueprint", "coverage", "topics"]
