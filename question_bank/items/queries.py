"""Reading banks and items; what an account may see is decided here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.ground import fulltext
from lms.ground.access import Permission
from lms.ground.accounts.models import Account
from lms.ground.db import session
from lms.ground.errors import Missing
from lms.ground.norms import queries as norms
from lms.ground.paging import PAGE_SIZE, Page, paginate
from lms.ground.uploads.models import Upload
from question_bank.items.models import (
    TEXTS,
    Bank,
    BankReader,
    Item,
    ItemTag,
    ItemVersion,
)
from question_bank.items.rules.finding import Search
from question_bank.items.rules.runs import Medium
from question_bank.items.rules.terms import BankAccess, ItemState
from question_bank.topics.queries import ids_below, using

_IS_CURRENT = and_(Item.id == ItemVersion.item_id, Item.latest == ItemVersion.number)
# Nobody pages further: whoever finds more narrows the search.
MOST_FOUND = 10_000
Secrecy = Callable[[datetime], ColumnElement[bool]]
_secrets: list[Secrecy] = []


def banks() -> list[Bank]:
    """All banks by name."""
    return list(session.scalars(select(Bank).order_by(Bank.name)))


def visible_banks(account: Account) -> list[Bank]:
    """The banks that the account may see, by name."""
    hidden = and_(Bank.access == BankAccess.RESTRICTED, ~_opened_to(account))
    seen = true() if knows_keys(account) else ~hidden
    return list(session.scalars(select(Bank).where(seen).order_by(Bank.name)))


def get_bank(bank_id: int, *, lock: bool = False) -> Bank:
    """The bank; with `lock` no other file enters it before this transaction ends."""
    bank = session.get(Bank, bank_id, with_for_update={"key_share": True} if lock else None)
    if bank is None:
        raise Missing("这个题库")
    return bank


def find_bank(name: str) -> Bank | None:
    return session.scalar(select(Bank).where(Bank.name == name))


def keeps_secret(condition: Secrecy) -> Secrecy:
    """Register what keeps the key of an Item from instructors at an instant: rooms above know
    of papers and exams, items do not."""
    _secrets.append(condition)
    return condition


def sees_all(account: Account) -> bool:
    """The office reviews, and so sees every item and intake; instructors change their own."""
    return Permission.REVIEW_ITEMS in account.permissions


def knows_keys(account: Account) -> bool:
    """Whoever reviews items or makes papers knows every key, whatever a bank says."""
    return bool({Permission.REVIEW_ITEMS, Permission.ASSEMBLE} & account.permissions)


def item_scope(account: Account) -> ColumnElement[bool]:
    """The WHERE clause on Item for what the account may see, keys aside."""
    if knows_keys(account):
        return true()
    shown = select(Bank.id).where(or_(Bank.access != BankAccess.RESTRICTED, _opened_to(account)))
    return or_(Item.bank_id.in_(shown), Item.owner_id == account.id)


def key_scope(account: Account, *, at: datetime) -> ColumnElement[bool]:
    """The WHERE clause on Item for the keys that the account may see: one's own items' and those
    of banks opened to one, but for what stands on a sealed paper whose exam is not over."""
    if knows_keys(account):
        return true()
    opened = select(Bank.id).where(or_(Bank.access == BankAccess.KEYS, _opened_to(account)))
    known = or_(Item.bank_id.in_(opened), Item.owner_id == account.id)
    return and_(known, *(~secret(at) for secret in _secrets))


def _opened_to(account: Account) -> ColumnElement[bool]:
    read = select(BankReader.bank_id).where(BankReader.account_id == account.id)
    return or_(Bank.owner_id == account.id, Bank.id.in_(read))


def matching(search: Search, account: Account) -> Select[Item]:
    """The items that a search finds for an account, with their current versions joined."""
    return select(Item).join(Item.current).where(item_scope(account), *_conditions(search, account))


def numbers(search: Search, account: Account) -> Select[int]:
    """The ids of the items that a search finds for an account; versions are joined where asked of."""
    statement = select(Item.id).where(item_scope(account), *_conditions(search, account))
    if search.difficulty is None and search.cognition is None:
        return statement
    return statement.join(Item.current)


def items(search: Search, account: Account, *, page: int | None) -> Page[Item]:
    """A page of what a search finds, with bank, topic, tags and current version, the latest first."""
    if search.words:
        return _found(search, account, page=page)
    statement = _shown(matching(search, account)).order_by(Item.id.desc())
    return paginate(statement, number=page, most=MOST_FOUND)


def _found(search: Search, account: Account, *, page: int | None) -> Page[Item]:
    """The same for words: texts are read through once, not once to count and once to show."""
    latest = numbers(search, account).order_by(Item.id.desc())
    ids = list(session.scalars(latest.limit(MOST_FOUND + 1)))
    total, more = min(len(ids), MOST_FOUND), len(ids) > MOST_FOUND
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(page or 1, 1), last)
    some = ids[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    statement = _shown(select(Item).join(Item.current).where(Item.id.in_(some)))
    rows = session.scalars(statement.order_by(Item.id.desc())).unique().all()
    return Page(rows, number, PAGE_SIZE, total, more)


def _shown(statement: Select[Item]) -> Select[Item]:
    """With what a list shows of an item; its current version is joined already."""
    return statement.options(
        joinedload(Item.bank),
        joinedload(Item.topic),
        contains_eager(Item.current),
        selectinload(Item.tags),
    )


def get_item(item_id: int) -> Item:
    """The item with everything that its page shows; Missing when there is none."""
    item = session.scalar(
        select(Item)
        .where(Item.id == item_id)
        .options(
            joinedload(Item.bank),
            joinedload(Item.topic),
            joinedload(Item.current),
            selectinload(Item.versions),
            selectinload(Item.provenances),
            selectinload(Item.reviews),
            selectinload(Item.tags),
            joinedload(Item.text),
        )
        .execution_options(populate_existing=True)
    )
    if item is None:
        raise Missing("这道试题")
    return item


def get_visible(item_id: int, account: Account) -> Item:
    """The item for its page; Missing where the account may not see it."""
    if not _stands(item_id, item_scope(account)):
        raise Missing("这道试题")
    return get_item(item_id)


def sees_key(item_id: int, account: Account, *, at: datetime) -> bool:
    """May the account see key, rationale and rubric of the item?"""
    return _stands(item_id, key_scope(account, at=at))


def may_edit(item_id: int, account: Account, *, at: datetime) -> bool:
    """Reviewers may change all items, writers their own while they may know the keys."""
    if sees_all(account):
        return True
    if Permission.WRITE_ITEMS not in account.permissions:
        return False
    return _stands(item_id, and_(Item.owner_id == account.id, key_scope(account, at=at)))


def get_editable(item_id: int, account: Account, *, at: datetime) -> Item:
    """The item if the account may change it, else Missing."""
    if not may_edit(item_id, account, at=at):
        raise Missing("可以由您修改的这道试题")
    return get_item(item_id)


def _stands(item_id: int, condition: ColumnElement[bool]) -> bool:
    return session.scalar(select(Item.id).where(Item.id == item_id, condition)) is not None


def twin(bank_id: int, content_hash: str, *, but: int | None = None) -> Item | None:
    """An item of the bank, in use, that says the same in its current version."""
    return session.scalars(
        select(Item)
        .join(Item.current)
        .where(
            Item.bank_id == bank_id,
            ItemVersion.content_hash == content_hash,
            Item.state != ItemState.RETIRED,
            true() if but is None else Item.id != but,
        )
        .limit(1)
    ).first()


def prints(uploads: Sequence[int]) -> list[str]:
    """The SHA-256 of uploads, in their order; one that is gone counts by its number."""
    if not uploads:
        return []
    rows = session.execute(select(Upload.id, Upload.sha256).where(Upload.id.in_(uploads)))
    found = {one.id: one.sha256 for one in rows}
    return [found.get(upload_id, str(upload_id)) for upload_id in uploads]


def is_used(version_id: int) -> bool:
    """Does a place of a paper, a mark or a figure of a past exam rest on the version?"""
    found = (exists().where(column == version_id) for column in using("item_version"))
    return bool(session.scalar(select(or_(false(), *found))))


def versions(version_ids: Collection[int]) -> dict[int, ItemVersion]:
    """These versions with their items, topics and sources."""
    found = session.scalars(
        select(ItemVersion)
        .where(ItemVersion.id.in_(version_ids))
        .options(
            joinedload(ItemVersion.item).joinedload(Item.topic),
            joinedload(ItemVersion.item).selectinload(Item.provenances),
        )
    )
    return {version.id: version for version in found}


def files(upload_ids: Collection[int]) -> list[Upload]:
    """The recordings and pictures of these numbers, in their order."""
    found = {
        one.id: one for one in session.scalars(select(Upload).where(Upload.id.in_(upload_ids)))
    }
    return [found[one] for one in upload_ids if one in found]


def is_recording(upload: Upload) -> bool:
    """Whether a file of an item is heard, rather than seen where its sign stands."""
    return upload.media_type.startswith(("audio/", "video/"))


def media(
    upload_ids: Sequence[int | None],
    address: Callable[[Upload], str],
    known: Mapping[int, Upload] | None = None,
) -> list[Medium]:
    """The media of an item or a slot in their order, each at its `address`; those `known` are
    not read again. None holds the place of what must not be seen."""
    wanted = [one for one in upload_ids if one is not None]
    if known is None:
        known = {one.id: one for one in files(wanted)} if wanted else {}
    found = [None if one is None else known.get(one) for one in upload_ids]
    return [Medium(address(one), is_recording(one)) if one else Medium("") for one in found]


def files_of_versions(versions: Collection[ItemVersion]) -> dict[int, Upload]:
    """The recordings and pictures of all these versions by id, in one statement."""
    wanted = {upload_id for version in versions for upload_id in version.media}
    return {one.id: one for one in files(wanted)} if wanted else {}


def get_file(item: Item, upload_id: int) -> Upload:
    """A recording or picture of the item (from `get_item`) in any version; else Missing."""
    shown = {one for version in item.versions for one in version.media}
    found = files([upload_id]) if upload_id in shown else []
    if not found:
        raise Missing("这个录音或图片")
    return found[0]


def recording_megabytes(on: date) -> Decimal:
    """How large a recording may be (norm `items.recording_megabytes`)."""
    return norms.value("items.recording_megabytes", on=on)


def tags(*, limit: int = 30) -> list[tuple[str, int]]:
    """The words that most items have, with how many."""
    number = func.count().label("number")
    counted = select(ItemTag.word, number).group_by(ItemTag.word)
    rows = session.execute(counted.order_by(number.desc(), ItemTag.word).limit(limit))
    return [(word, count) for word, count in rows]


def _conditions(search: Search, account: Account) -> list[ColumnElement[bool]]:
    conditions = [_says(search.words, account)] if search.words else []
    if search.bank_id is not None:
        conditions.append(Item.bank_id == search.bank_id)
    if search.kind is not None:
        conditions.append(Item.kind == search.kind)
    if search.topic_id is not None:
        conditions.append(Item.topic_id.in_(ids_below(search.topic_id)))
    if search.difficulty is not None:
        conditions.append(ItemVersion.difficulty == search.difficulty)
    if search.cognition is not None:
        conditions.append(ItemVersion.cognition == search.cognition)
    if search.state is not None:
        conditions.append(Item.state == search.state)
    if search.tag:
        tagged = select(ItemTag.item_id).where(ItemTag.word == search.tag)
        conditions.append(Item.id.in_(tagged))
    return conditions


def _says(words: Sequence[str], account: Account) -> ColumnElement[bool]:
    """Every word stands in the texts that the account may read, or in a tag.

    Texts are read through once, whatever the number of words, and where no index knows the words
    only as far as the list reaches; items with a tag that says one of them are few, and looked at
    one by one.
    """
    columns = ("face", "inside") if knows_keys(account) else ("face",)
    number = TEXTS.c.item_id
    tagged = [_tagged(word) for word in words]
    each = [
        or_(fulltext.holds(TEXTS, columns, word), number.in_(said))
        for word, said in zip(words, tagged, strict=True)
    ]
    if not any(fulltext.is_indexed(word) for word in words):
        return exists().where(number == Item.id, *each)
    by_tag = (
        tagged[0] if len(words) == 1 else select(number).where(number.in_(union(*tagged)), *each)
    )
    return Item.id.in_(fulltext.found(TEXTS, columns, words).union(by_tag))


def _tagged(word: str) -> Select[int]:
    return select(ItemTag.item_id).where(ItemTag.word.icontains(word, autoescape=True))
