"""Where the pages of the exam day hang, and what all of them show."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from lms.exams.attempts.rules.digests import show_code
from lms.exams.attempts.rules.states import ATTEMPT_STATE_NAMES, SUBMITTED_BY_NAMES
from lms.exams.invigilation.rules import DEED_NAMES, INCIDENT_NAMES, LOOK_NAMES, PRINT_NAMES
from lms.ground.access import Permission, may
from lms.ground.clock import now
from lms.ground.web.links import link

blueprint = Blueprint("invigilation", __name__, template_folder="../templates")

WATCH = (Permission.ARRANGE_EXAMS, Permission.INVIGILATE)


def render(template: str, **context: Any) -> str:
    sitting_id = context.get("sitting_id") or context["sitting"].id
    return render_template(
        template,
        sightings=link("incidents.show", sitting_id=sitting_id),
        answer_files=link("answer_files.show", sitting_id=sitting_id),
        looks=LOOK_NAMES,
        deeds=DEED_NAMES,
        incident_names=INCIDENT_NAMES,
        prints=PRINT_NAMES,
        attempt_states=ATTEMPT_STATE_NAMES,
        by=SUBMITTED_BY_NAMES,
        show_code=show_code,
        arranges=may(Permission.ARRANGE_EXAMS),
        at=now(),
        **context,
    )
