"""Making the leaflet of a route in the background."""

from __future__ import annotations

from courses.routes import actions, documents, queries
from lms.ground.clock import now, today
from lms.ground.jobs.handlers import handles
from lms.ground.jobs.work import Work
from lms.ground.norms import queries as norms
from lms.ground.uploads.actions import store
from lms.ground.uploads.models import Upload


@handles(actions.LEAFLET, title="生成线路宣传页")
def leaflet(work: Work, route_id: int) -> Upload:
    """The route on one sheet, to be handed out on the bus."""
    route = queries.get_route(route_id)
    work.advance(0, 1, f"正在排版“{route.name}”")
    content = documents.leaflet(route, school=norms.text("archive.school_name", on=today()))
    with work.writing():
        return store(content, name=f"{route.name}.pdf", owner_id=work.owner_id, at=now())
