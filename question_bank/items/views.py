"""Pages of items and banks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from wtforms.fields.choices import SelectChoice

from lms.ground.access import Permission, allow
from lms.ground.clock import now, today
from lms.ground.errors import Missing, Refused
from lms.ground.uploads import delivery
from lms.ground.uploads.models import Upload
from lms.ground.web.links import link
from question_bank.items import actions, queries
from question_bank.items.forms import (
    ItemForm,
    SearchForm,
    typed_item,
)
from question_bank.items.kinds import speaking
from question_bank.items.kinds.catalogue import KINDS
from question_bank.items.kinds.protocol import content_of
from question_bank.items.models import Item
from question_bank.items.rules.differences import Change, changes
from question_bank.items.rules.finding import Search, excerpt, search_of
from question_bank.items.rules.reviewing import Look, Who, overlaps
from question_bank.items.rules.runs import Medium, exchanged, moved, runs, texts_of, unplaced
from question_bank.items.rules.terms import (
    COGNITION_NAMES,
    DIFFICULTY_NAMES,
    KIND_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
    VERDICT_NAMES,
    Difficulty,
    Kind,
)
from question_bank.items.rules.typed import (
    WITH_OPTIONS,
    WITH_PARTS,
    WITH_RECORDING,
    WITH_RUBRIC,
)
from question_bank.topics import queries as topics
from question_bank.topics.actions import ensure_path
from question_bank.topics.models import Topic

blueprint = Blueprint("items", __name__, template_folder="templates")
# Whatever shows the text of an item, a page or a print, shows its pictures in their places.
blueprint.add_app_template_global(runs, "picture_runs")
blueprint.add_app_template_global(unplaced, "unplaced_pictures")
blueprint.add_app_template_global(texts_of, "texts_of")


@blueprint.app_context_processor
def _names() -> dict[str, Any]:
    """What the templates of items, and of the rooms above, call things by."""
    return {
        "link": link,
        "files_of": queries.files,
        "media_of": _media_of,
        "stage_names": STAGE_NAMES,
        "verdict_names": VERDICT_NAMES,
        "kind_names": KIND_NAMES,
        "state_names": STATE_NAMES,
        "difficulty_names": DIFFICULTY_NAMES,
        "cognition_names": COGNITION_NAMES,
        "item_kinds": KINDS,
    }


@blueprint.get("/")
@allow(Permission.READ_ITEMS)
def index() -> str:
    form = SearchForm(request.args)
    form.bank.choices = _bank_choices(_("全部题库"))
    form.topic.choices = _topic_choices(_("全部知识点"))
    search = search_of(request.args)
    page = queries.items(search, current_user, page=request.args.get("page", type=int))
    return render_template(
        "items/index.html",
        form=form,
        page=page,
        search=search,
        has_banks=len(form.bank.choices) > 1,
        tags=queries.tags(),
        hits={item.id: _hits(item, search) for item in page.rows},
    )


@blueprint.get("/new")
@allow(Permission.WRITE_ITEMS)
def new() -> str:
    kind = _kind(request.args.get("kind", "single"))
    bank_id = request.args.get("bank", type=int)
    form = ItemForm(formdata=None, points=1, bank_id=bank_id, difficulty=Difficulty.MEDIUM)
    return _item_form(form, kind)


@blueprint.post("/new")
@allow(Permission.WRITE_ITEMS)
def create() -> ResponseReturnValue:
    kind = _kind(request.form.get("kind", ""))
    form = ItemForm()
    form.bank_id.choices = _bank_choices()
    if not form.validate():
        return _item_form(form, kind), 422
    try:
        item = actions.add_item(
            bank=queries.get_bank(form.bank_id.data),
            kind=kind,
            topic=_topic(form),
            **form.content(kind),
            media=_files(form, kind)[0],
            tags=form.words(),
            sources=form.sources(),
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _item_form(form, kind, refusal.reasons), 422
    flash(_("已保存，审定后可用于组卷。"))
    return redirect(url_for("items.show", item_id=item.id), 303)


@blueprint.get("/<int:item_id>")
@allow(Permission.READ_ITEMS)
def show(item_id: int) -> str:
    item = queries.get_visible(item_id, current_user)
    return render_template(
        "items/item.html",
        item=item,
        keys=queries.sees_key(item_id, current_user, at=now()),
        label=topics.labels().get(item.topic_id or 0, ""),
        overlaps=_overlaps(item),
        changes=_changes(item),
        may_edit=queries.may_edit(item_id, current_user, at=now()),
        today=today(),
    )


@blueprint.get("/<int:item_id>/files/<int:upload_id>")
@allow(Permission.READ_ITEMS)
def file(item_id: int, upload_id: int) -> Response:
    """A recording or picture, for the player of the item's page."""
    item = queries.get_visible(item_id, current_user)
    return delivery.send(queries.get_file(item, upload_id))


@blueprint.get("/<int:item_id>/edit")
@allow(Permission.WRITE_ITEMS)
def edit(item_id: int) -> str:
    item = queries.get_editable(item_id, current_user, at=now())
    label = topics.labels().get(item.topic_id or 0, "")
    return _item_form(ItemForm(formdata=None, data=typed_item(item, label)), item.kind, item=item)


@blueprint.post("/<int:item_id>/edit")
@allow(Permission.WRITE_ITEMS)
def revise(item_id: int) -> ResponseReturnValue:
    item = queries.get_editable(item_id, current_user, at=now())
    form = ItemForm()
    form.bank_id.choices = _bank_choices()
    if not form.validate():
        return _item_form(form, item.kind, item=item), 422
    try:
        media, places = _files(form, item.kind, item)
        fields = {**moved(form.content(item.kind), places), "media": media}
        actions.revise(
            item,
            fields,
            topic=_topic(form),
            sources=form.sources(item),
            tags=form.words(),
            seen=form.version.data,
            by=current_user,
            at=now(),
        )
    except Refused as refusal:
        return _item_form(form, item.kind, refusal.reasons, item=item), 422
    flash(_("已保存为第%(number)s版，审定后可用于组卷。", number=item.latest))
    return redirect(url_for("items.show", item_id=item.id), 303)


@blueprint.post("/<int:item_id>/retire")
@allow(Permission.REVIEW_ITEMS)
def retire(item_id: int) -> ResponseReturnValue:
    item = queries.get_item(item_id)
    actions.retire(item, seen=_version(), by=current_user, at=now())
    flash(_("已停用，不再用于新试卷。"))
    return redirect(url_for("items.show", item_id=item_id), 303)


@blueprint.post("/<int:item_id>/restore")
@allow(Permission.REVIEW_ITEMS)
def restore(item_id: int) -> ResponseReturnValue:
    item = queries.get_item(item_id)
    actions.restore(item, seen=_version(), by=current_user, at=now())
    flash(_("已恢复，重新审定后可用于组卷。"))
    return redirect(url_for("items.show", item_id=item_id), 303)


def _media_of(
    item_id: int, upload_ids: Sequence[int], known: Mapping[int, Upload] | None = None
) -> list[Medium]:
    """The media of an item at the addresses of its page."""

    def address(upload: Upload) -> str:
        return url_for("items.file", item_id=item_id, upload_id=upload.id)

    return queries.media(upload_ids, address, known)


def _item_form(
    form: ItemForm, kind: Kind, reasons: Sequence[str] = (), *, item: Item | None = None
) -> str:
    form.bank_id.choices = _bank_choices()
    if kind in WITH_PARTS:
        form.parts.append_entry()  # always one more to fill in
    return render_template(
        "items/form.html",
        form=form,
        kind=kind,
        item=item,
        reasons=reasons,
        has_options=kind in WITH_OPTIONS,
        has_parts=kind in WITH_PARTS,
        has_rubric=kind in WITH_RUBRIC,
        has_recording=kind in WITH_RECORDING,
        recording_megabytes=queries.recording_megabytes(today()),
        speaking=speaking,
        topic_labels=[node.label.replace(" › ", " > ") for node in topics.nodes()],
    )


def _kind(name: str) -> Kind:
    if name not in set(Kind):
        raise Missing("这种题型")
    return Kind(name)


def _topic(form: ItemForm) -> Topic | None:
    names = form.topic_names()
    return ensure_path(names) if names else None


def _files(
    form: ItemForm, kind: Kind, item: Item | None = None
) -> tuple[list[int], dict[int, int | None]]:
    """The recording first, then pictures: those that stay, and those that were brought; with
    where the signs of the texts went."""
    before = item.current.media if item else []
    dropped = [one for one in before if str(one) in request.form.getlist("drop")]
    sound = form.recording.data if kind in WITH_RECORDING else None
    recordings = [_kept(sound, is_recording=True)] if sound and sound.filename else []
    pictures = [one for one in form.pictures.data or () if one and one.filename]
    brought = [_kept(one, is_recording=False) for one in pictures]
    return exchanged(before, dropped, recordings, brought)


def _kept(brought: FileStorage, *, is_recording: bool) -> int:
    name = brought.filename or ""
    upload = actions.keep_file(
        brought.stream, name=name, is_recording=is_recording, by=current_user, at=now()
    )
    return upload.id


def _hits(item: Item, search: Search) -> list[list[tuple[str, bool]]]:
    """The stem with what was looked for marked in it, and the option or part where it stands."""
    shown = [excerpt(item.current.stem, search.words)]
    others = [*item.current.options, *(part["stem"] for part in item.current.parts)]
    if search.words and not any(hit for _text, hit in shown[0]):
        found = (excerpt(text, search.words) for text in others)
        shown += [pieces for pieces in found if any(hit for _text, hit in pieces)][:1]
    return shown


def _overlaps(item: Item) -> list[str]:
    writer = Who(item.current.writer_id, item.current.written_by)
    looks = [
        Look(one.stage, one.verdict, Who(one.reviewer_id, one.reviewed_by))
        for one in item.reviews
        if one.number == item.latest
    ]
    return overlaps(writer, looks)


def _changes(item: Item) -> dict[int, list[Change]]:
    """By version number, what each version changed of the one before."""
    contents = [content_of(item.kind.value, vars(version)) for version in item.versions]
    pairs = zip(item.versions[1:], contents, contents[1:], strict=False)
    return {version.number: changes(before, after) for version, before, after in pairs}


def _version() -> int | None:
    return request.form.get("version", type=int)


def _bank_choices(blank: str = "") -> list[SelectChoice]:
    seen = queries.visible_banks(current_user)
    listed = [SelectChoice(value=bank.id, label=bank.name) for bank in seen]
    return [SelectChoice(value="", label=blank), *listed] if blank else listed


def _topic_choices(blank: str) -> list[SelectChoice]:
    listed = [SelectChoice(value=node.id, label=node.label) for node in topics.nodes()]
    return [SelectChoice(value="", label=blank), *listed]
