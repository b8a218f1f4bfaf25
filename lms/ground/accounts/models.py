"""Accounts, the roles granted to them, and one-time codes for the first login."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from flask_login import UserMixin
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.ground.access import Permission, Role, permissions_of
from lms.ground.db import Base, related


class Account(UserMixin, Base):
    """A log-in. `epoch` is counted up to end all its open log-ins at once."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    password_set_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)

    grants: Mapped[list[Grant]] = related(back_populates="account", cascade="all, delete-orphan")

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        return f"{self.id}.{self.epoch}"

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    def forget_roles(self) -> None:
        """Roles are counted up once per request; count anew after a change of grants."""
        for name in ("roles", "permissions"):
            self.__dict__.pop(name, None)


class Stranger(Base):
    """A login name that nobody has and somebody tried: it locks as an account would.

    Otherwise the lock would tell which names exist. Only a keyed hash of the name is kept.
    """

    __tablename__ = "stranger"

    id: Mapped[int] = mapped_column(primary_key=True)
    login_hash: Mapped[str] = mapped_column(unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    tried_at: Mapped[datetime] = mapped_column(index=True)


class Grant(Base):
    """A role given to an account, by whom and when."""

    __tablename__ = "grant"
    __table_args__ = (UniqueConstraint("account_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[Role]
    granted_by: Mapped[str]
    granted_at: Mapped[datetime]

    account: Mapped[Account] = related(back_populates="grants")


class OneTimeCode(Base):
    """A printed code for the first login, kept as a keyed hash; used once or expired."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
