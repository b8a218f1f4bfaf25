"""Saying who may look into a bank."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from question_bank.banks import queries
from question_bank.items.models import Bank, BankReader
from question_bank.items.rules.terms import ACCESS_NAMES, BankAccess


def open_to(
    bank: Bank,
    *,
    note: str,
    access: BankAccess,
    readers: Collection[int],
    by: Actor,
    at: datetime,
) -> None:
    """Set what instructors see of a bank, and the accounts that see all of it."""
    possible = {account.id for account in queries.possible_readers()}
    wanted, present = possible & set(readers), queries.readers(bank)
    for account_id in present - wanted:
        session.delete(session.get_one(BankReader, (bank.id, account_id)))
    session.add_all(
        BankReader(bank_id=bank.id, account_id=account_id, opened_by=by.name, opened_at=at)
        for account_id in sorted(wanted - present)
    )
    bank.access, bank.note = access, note
    told = f"题库“{bank.name}”设为“{ACCESS_NAMES[access]}”，另对{len(wanted)}人开放"
    record("banks.open_to", bank, told, by=by, at=at, readers=sorted(wanted))
