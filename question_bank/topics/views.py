"""Pages of the tree of topics."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.ground.access import Permission, allow
from lms.ground.clock import now
from lms.ground.errors import Refused
from question_bank.topics import actions, queries
from question_bank.topics.forms import NameForm, PlaceForm, TopicForm, topic_choices
from question_bank.topics.models import Topic
from question_bank.topics.rules import found, merger, with_below

blueprint = Blueprint("topics", __name__, template_folder="templates")


@blueprint.get("/")
@allow(Permission.READ_ITEMS)
def index() -> str:
    return _index(_topic_form())


@blueprint.post("/")
@allow(Permission.WRITE_ITEMS)
def create() -> ResponseReturnValue:
    form = _topic_form()
    if not form.validate():
        return _index(form), 422
    try:
        topic = actions.create(
            form.name.data or "", parent_id=form.parent_id.data, by=current_user, at=now()
        )
    except Refused as refusal:
        return _index(form, refusal.reasons), 422
    flash(_("已新建知识点“%(name)s”。", name=topic.name))
    return redirect(url_for("topics.index"), 303)


@blueprint.get("/<int:topic_id>")
@allow(Permission.WRITE_ITEMS)
def show(topic_id: int) -> str:
    return _page(queries.get_topic(topic_id))


@blueprint.post("/<int:topic_id>/name")
@allow(Permission.WRITE_ITEMS)
def rename(topic_id: int) -> ResponseReturnValue:
    topic = queries.get_topic(topic_id)
    form = NameForm()
    if not form.validate():
        return _page(topic, form.reasons()), 422
    name = form.name.data or ""
    try:
        actions.rename(topic, name, seen=form.version.data, by=current_user, at=now())
    except Refused as refusal:
        return _page(topic, refusal.reasons), 422
    flash(_("已改名为“%(name)s”。", name=topic.name))
    return redirect(url_for("topics.index"), 303)


@blueprint.post("/<int:topic_id>/place")
@allow(Permission.WRITE_ITEMS)
def move(topic_id: int) -> ResponseReturnValue:
    topic = queries.get_topic(topic_id)
    form = _place_form(topic)
    if not form.validate():
        return _page(topic, form.reasons()), 422
    to = form.target_id.data
    try:
        actions.move(topic, parent_id=to, seen=form.version.data, by=current_user, at=now())
    except Refused as refusal:
        return _page(topic, refusal.reasons), 422
    flash(_("已移动“%(name)s”。", name=topic.name))
    return redirect(url_for("topics.index"), 303)


@blueprint.get("/<int:topic_id>/merge")
@allow(Permission.REVIEW_ITEMS)
def preview(topic_id: int) -> ResponseReturnValue:
    """What a merger would move and join, before it is done."""
    topic = queries.get_topic(topic_id)
    into_id = request.args.get("target_id", type=int)
    nodes = queries.nodes()
    if into_id is None or into_id in queries.ids_below(topic_id):
        return _page(topic, [_("请选择要并入的知识点，不能是它自己或它的下级。")]), 422
    into = queries.get_topic(into_id)
    labels = queries.labels()
    return render_template(
        "topics/merge.html",
        topic=topic,
        into=into,
        label=labels[topic.id],
        into_label=labels[into.id],
        uses=queries.uses_by_table(topic.id),
        merger=merger(nodes, topic_id=topic.id, into_id=into.id),
    )


@blueprint.post("/<int:topic_id>/merge")
@allow(Permission.REVIEW_ITEMS)
def merge(topic_id: int) -> ResponseReturnValue:
    topic = queries.get_topic(topic_id)
    form = _merge_form(topic)
    if not form.validate():
        return _page(topic, form.reasons()), 422
    if form.target_id.data is None:
        return _page(topic, [_("请选择要并入的知识点。")]), 422
    into = queries.get_topic(form.target_id.data)
    name = topic.name
    try:
        actions.merge(topic, into=into, seen=form.version.data, by=current_user, at=now())
    except Refused as refusal:
        return _page(topic, refusal.reasons), 422
    flash(_("已将“%(name)s”并入“%(into)s”。", name=name, into=into.name))
    return redirect(url_for("topics.index"), 303)


@blueprint.post("/<int:topic_id>/delete")
@allow(Permission.REVIEW_ITEMS)
def delete(topic_id: int) -> ResponseReturnValue:
    topic = queries.get_topic(topic_id)
    name = topic.name
    try:
        actions.delete(topic, by=current_user, at=now())
    except Refused as refusal:
        return _page(topic, refusal.reasons), 422
    flash(_("已删除知识点“%(name)s”。", name=name))
    return redirect(url_for("topics.index"), 303)


def _topic_form() -> TopicForm:
    form = TopicForm()
    form.parent_id.choices = topic_choices(queries.nodes(), blank=_("（放在最上级）"))
    return form


def _place_form(topic: Topic) -> PlaceForm:
    form = PlaceForm(version=topic.version, target_id=topic.parent_id)
    return _offer_places(form, topic, blank=_("（最上级）"))


def _merge_form(topic: Topic) -> PlaceForm:
    return _offer_places(PlaceForm(version=topic.version), topic, blank=_("（请选择）"))


def _offer_places(form: PlaceForm, topic: Topic, *, blank: str) -> PlaceForm:
    inside = queries.ids_below(topic.id)
    others = [node for node in queries.nodes() if node.id not in inside]
    form.target_id.choices = topic_choices(others, blank=blank)
    return form


def _index(form: TopicForm, reasons: Sequence[str] = ()) -> str:
    nodes, uses = queries.nodes(), queries.uses()
    text = request.args.get("text", "")
    return render_template(
        "topics/index.html",
        form=form,
        reasons=reasons,
        text=text,
        nodes=found(nodes, text),
        uses=uses,
        totals=with_below(nodes, uses),
    )


def _page(topic: Topic, reasons: Sequence[str] = ()) -> str:
    return render_template(
        "topics/topic.html",
        topic=topic,
        reasons=reasons,
        label=queries.labels()[topic.id],
        uses=queries.uses()[topic.id],
        children=queries.children_of([topic.id]),
        name_form=NameForm(formdata=None, version=topic.version, name=topic.name),
        place_form=_place_form(topic),
        merge_form=_merge_form(topic),
    )
