"""Who may do what: permissions, the roles that carry them, and the declaration every view makes."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from flask import abort
from flask_login import current_user

from lms.ground.errors import Refused
from lms.ground.words import word

View = TypeVar("View", bound=Callable[..., Any])


class Permission(StrEnum):
    """One thing that a role may do; what it may do it *to* is decided in the queries."""

    USE_ACCOUNT = "use_account"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_NORMS = "manage_norms"
    READ_AUDIT = "read_audit"
    RUN_SYSTEM = "run_system"
    READ_PEOPLE = "read_people"
    MANAGE_PEOPLE = "manage_people"
    UNMASK = "unmask"
    READ_COURSES = "read_courses"
    PLAN = "plan"
    MANAGE_FACULTY = "manage_faculty"
    NAME_LEARNERS = "name_learners"
    TEACH = "teach"
    READ_ITEMS = "read_items"
    WRITE_ITEMS = "write_items"
    REVIEW_ITEMS = "review_items"
    ASSEMBLE = "assemble"
    ARRANGE_EXAMS = "arrange_exams"
    INVIGILATE = "invigilate"
    MARK = "mark"
    RELEASE = "release"
    TAKE_ATTENDANCE = "take_attendance"
    RECORD_CONDUCT = "record_conduct"
    APPRAISE = "appraise"
    DECIDE = "decide"
    APPROVE = "approve"
    FILE = "file"
    READ_ARCHIVES = "read_archives"
    STUDY = "study"


P = Permission


class Role(StrEnum):
    """What a person is to the school; one account may have several, with the exceptions below."""

    ADMINISTRATOR = "administrator"
    SECURITY = "security"
    AUDITOR = "auditor"
    ORGANISER = "organiser"
    OFFICE = "office"
    ADVISER = "adviser"
    INSTRUCTOR = "instructor"
    MARKER = "marker"
    INVIGILATOR = "invigilator"
    UNIT_ADMIN = "unit_admin"
    LEARNER = "learner"


ROLE_NAMES: dict[Role, str] = {
    Role.ADMINISTRATOR: word("系统管理员"),
    Role.SECURITY: word("安全管理员"),
    Role.AUDITOR: word("审计管理员"),
    Role.ORGANISER: word("组织部干部"),
    Role.OFFICE: word("教务人员"),
    Role.ADVISER: word("班主任"),
    Role.INSTRUCTOR: word("授课教师"),
    Role.MARKER: word("阅卷人"),
    Role.INVIGILATOR: word("监考人"),
    Role.UNIT_ADMIN: word("单位管理员"),
    Role.LEARNER: word("学员"),
}

# GB/T 22239-2019 keeps system, security and audit administration apart (三员分立).
EXCLUSIVE_ROLES = frozenset({Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset({P.RUN_SYSTEM, P.MANAGE_NORMS, P.READ_PEOPLE, P.READ_COURSES}),
    Role.SECURITY: frozenset({P.MANAGE_ACCOUNTS, P.READ_PEOPLE}),
    Role.AUDITOR: frozenset({P.READ_AUDIT}),
    Role.ORGANISER: frozenset(
        {P.READ_PEOPLE, P.READ_COURSES, P.APPROVE, P.READ_ARCHIVES, P.APPRAISE, P.DECIDE, P.MANAGE_NORMS}
    ),
    Role.OFFICE: frozenset(
        {
            P.READ_PEOPLE, P.MANAGE_PEOPLE, P.UNMASK, P.READ_COURSES, P.PLAN, P.MANAGE_FACULTY,
            P.READ_ITEMS, P.WRITE_ITEMS, P.REVIEW_ITEMS, P.ASSEMBLE, P.ARRANGE_EXAMS, P.INVIGILATE,
            P.MARK, P.RELEASE, P.TAKE_ATTENDANCE, P.RECORD_CONDUCT, P.APPRAISE, P.DECIDE,
            P.FILE, P.READ_ARCHIVES, P.MANAGE_NORMS,
        }
    ),
    Role.ADVISER: frozenset(
        {P.READ_PEOPLE, P.READ_COURSES, P.TAKE_ATTENDANCE, P.RECORD_CONDUCT, P.APPRAISE}
    ),
    Role.INSTRUCTOR: frozenset({P.TEACH, P.READ_COURSES, P.READ_ITEMS, P.WRITE_ITEMS}),
    Role.MARKER: frozenset({P.MARK}),
    Role.INVIGILATOR: frozenset({P.INVIGILATE}),
    Role.UNIT_ADMIN: frozenset({P.NAME_LEARNERS, P.READ_PEOPLE}),
    Role.LEARNER: frozenset({P.STUDY}),
}  # fmt: skip


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Everything that these roles may do together; whoever has a role may use an account."""
    granted = frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
    return granted | {Permission.USE_ACCOUNT} if roles else granted


def check_roles(roles: frozenset[Role]) -> None:
    """Raise Refused when roles are combined that have to be in different hands."""
    clash = sorted(roles & EXCLUSIVE_ROLES)
    if len(clash) > 1:
        names = "、".join(ROLE_NAMES[role] for role in clash)
        raise Refused(f"{names}须由不同的人担任（三员分立），请只保留其中一个角色。")


def may(permission: Permission) -> bool:
    """May the person at this request do this?"""
    return bool(current_user.is_authenticated and permission in current_user.permissions)


def allow(*permissions: Permission) -> Callable[[View], View]:
    """Open a view to whoever has at least one of `permissions`: others get 401 or 403."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                abort(401)
            if not any(permission in current_user.permissions for permission in permissions):
                abort(403)
            return view(*args, **kwargs)

        guarded.access = "allow " + " ".join(sorted(permissions))  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def public(view: View) -> View:
    """Open a view to everybody."""
    view.access = "public"  # type: ignore[attr-defined]
    return view
