"""Pages of the exam day: the console of the hall, what was set aside, the door, what is printed."""

from lms.exams.invigilation.views import asides, console, doors, log, papers
from lms.exams.invigilation.views.blueprint import blueprint

__all__ = ["asides", "blueprint", "console", "doors", "log", "papers"]
