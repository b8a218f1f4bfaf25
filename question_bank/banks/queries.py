"""Reading banks with their counts, and to whom each is opened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select, true

from lms.ground.access import ROLE_PERMISSIONS, Permission
from lms.ground.accounts.models import Account, Grant
from lms.ground.db import session
from lms.ground.errors import Missing
from question_bank.items.models import Bank, BankReader, Item
from question_bank.items.queries import sees_all, visible_banks
from question_bank.items.rules.terms import STAGE_OF, ItemState, Kind


@dataclass(frozen=True, slots=True)
class BankSummary:
    """A bank and how many items of each state and kind it has."""

    bank: Bank
    states: Counter[ItemState]
    kinds: Counter[Kind]

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def waiting(self) -> int:
        """Those that wait for a look."""
        return sum(self.states[state] for state in STAGE_OF)


def summaries(account: Account) -> list[BankSummary]:
    """The banks that the account may see, by name, with their counts, in two statements; retired
    items count as such only."""
    seen = visible_banks(account)
    made = {bank.id: BankSummary(bank, Counter(), Counter()) for bank in seen}
    counts = select(Item.bank_id, Item.state, Item.kind, func.count()).group_by(
        Item.bank_id, Item.kind, Item.state
    )
    for bank_id, state, kind, number in session.execute(counts):
        if bank_id not in made:
            continue
        made[bank_id].states[state] += number
        if state is not ItemState.RETIRED:
            made[bank_id].kinds[kind] += number
    return list(made.values())


def get_bank(bank_id: int, account: Account) -> Bank:
    """The bank for whoever may say who reads it: reviewers all, others their own; else Missing."""
    mine = true() if sees_all(account) else Bank.owner_id == account.id
    bank = session.scalar(select(Bank).where(Bank.id == bank_id, mine))
    if bank is None:
        raise Missing("这个题库")
    return bank


def readers(bank: Bank) -> set[int]:
    """The accounts to which the bank is opened by name."""
    rows = select(BankReader.account_id).where(BankReader.bank_id == bank.id)
    return set(session.scalars(rows))


def possible_readers() -> list[Account]:
    """The accounts that read items and do not know every key anyway, by name."""
    may = [role for role, able in ROLE_PERMISSIONS.items() if Permission.READ_ITEMS in able]
    knowing = [role for role in may if Permission.REVIEW_ITEMS in ROLE_PERMISSIONS[role]]
    return list(
        session.scalars(
            select(Account)
            .where(
                Account.disabled_at.is_(None),
                Account.grants.any(Grant.role.in_(may)),
                ~Account.grants.any(Grant.role.in_(knowing)),
            )
            .order_by(Account.name, Account.id)
        )
    )
