"""Reading intakes; what an account may see is decided here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true
from sqlalchemy.orm import joinedload, load_only

from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.paging import Page, paginate
from lms.ground.uploads.models import Upload
from question_bank.intakes.models import ColumnMapping, Intake, TakenItem
from question_bank.intakes.rules.terms import IntakeState
from question_bank.items.models import Item, ItemVersion
from question_bank.items.queries import sees_all
from question_bank.items.rules.terms import STAGE_OF
from question_bank.topics.queries import using


def number_of_drafts(intake: Intake) -> int:
    """How many items of an intake wait for a look."""
    waiting = (
        select(func.count())
        .select_from(Item)
        .join(TakenItem, TakenItem.item_id == Item.id)
        .where(TakenItem.intake_id == intake.id, Item.state.in_(list(STAGE_OF)))
    )
    return session.scalar(waiting) or 0


def drafts_of_intake(intake: Intake, *, after: int, most: int | None) -> list[int]:
    """The first items of an intake that wait for a look, behind number `after`."""
    waiting = (
        select(Item.id)
        .join(TakenItem, TakenItem.item_id == Item.id)
        .where(TakenItem.intake_id == intake.id, Item.state.in_(list(STAGE_OF)), Item.id > after)
    )
    return list(session.scalars(waiting.order_by(Item.id).limit(most)))


def used_items_of(intake: Intake, *, limit: int) -> list[Item]:
    """The first items of an intake that some paper uses in some version, with their content."""
    statement = select(Item).where(*_used(intake)).options(joinedload(Item.current))
    return list(session.scalars(statement.order_by(Item.id).limit(limit)))


def number_used(intake: Intake) -> int:
    """How many items of an intake some paper uses."""
    return session.scalar(select(func.count()).select_from(Item).where(*_used(intake))) or 0


def _used(intake: Intake) -> list[ColumnElement[bool]]:
    taken = exists().where(TakenItem.item_id == Item.id, TakenItem.intake_id == intake.id)
    holding = [exists().where(column == ItemVersion.id) for column in using("item_version")]
    return [taken, exists().where(ItemVersion.item_id == Item.id, or_(*holding))]


def intakes(account: Account, *, page: int | None) -> Page[Intake]:
    """A page of the intakes that the account may see, the latest first, without their contents."""
    statement = _intakes(account).options(
        load_only(Intake.state, Intake.created_at, Intake.failure, Intake.owner_id)
    )
    return paginate(statement.order_by(Intake.id.desc()), number=page, size=20)


def get_intake(intake_id: int, account: Account, *, lock: bool = False) -> Intake:
    """The intake; Missing for whoever may not see it. `lock` keeps others from changing it."""
    statement = _intakes(account).where(Intake.id == intake_id)
    if lock:
        statement = statement.with_for_update(of=Intake)
    intake = session.scalar(statement)
    if intake is None:
        raise Missing("这次导入")
    return intake


def mappings() -> dict[str, dict[str, int]]:
    """Signature of a header → what its columns are, as people have said."""
    return {one.signature: one.columns for one in session.scalars(select(ColumnMapping))}


def file_of(intake: Intake, name: str) -> Upload:
    """A picture of an intake by the name that its items give it; Missing if it has none."""
    upload_id = intake.reading.get("files", {}).get(name)
    upload = session.get(Upload, upload_id) if upload_id is not None else None
    if upload is None:
        raise Missing("这张图片")
    return upload


def find_waiting(intake_id: int, state: IntakeState, *, lock: bool = False) -> Intake | None:
    """For a job: the intake with its files, if it still waits for what the job does."""
    statement = (
        select(Intake)
        .where(Intake.id == intake_id, Intake.state == state)
        .options(joinedload(Intake.bank), joinedload(Intake.upload), joinedload(Intake.key_upload))
        .execution_options(populate_existing=True)
    )
    return session.scalar(statement.with_for_update(of=Intake) if lock else statement)


def earlier_intakes(bank_id: int, sha256: str) -> Sequence[Intake]:
    """Intakes of the very same file into the same bank that were not undone and did not fail."""
    return session.scalars(
        select(Intake)
        .join(Upload, Upload.id == Intake.upload_id)
        .where(
            Intake.bank_id == bank_id,
            Upload.sha256 == sha256,
            Intake.state.not_in([IntakeState.FAILED, IntakeState.UNDONE]),
        )
        .order_by(Intake.id)
    ).all()


def open_preview(bank_id: int, sha256: str, account: Account) -> Intake | None:
    """The account's own intake of the very same file that is being read or looked through."""
    return next(
        (
            one
            for one in earlier_intakes(bank_id, sha256)
            if one.state is not IntakeState.COMMITTED and one.owner_id == account.id
        ),
        None,
    )


def _intakes(account: Account) -> Select[Intake]:
    mine = true() if sees_all(account) else Intake.owner_id == account.id
    return (
        select(Intake)
        .where(mine)
        .options(joinedload(Intake.bank), joinedload(Intake.upload), joinedload(Intake.job))
    )
