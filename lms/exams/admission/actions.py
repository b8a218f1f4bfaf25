"""Setting what a sitting asks for, and launch links."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from lms.exams.admission.models import Launch
from lms.exams.admission.queries import get_used_launch, token_hash
from lms.exams.admission.rules import (
    CODE_LENGTH,
    LAUNCH_HOLDS,
    AdmissionDraft,
    browser_settings,
    config_key,
)
from lms.exams.attempts.models import Admission, Attempt
from lms.exams.attempts.rules.digests import CODE_ALPHABET
from lms.exams.sittings.models import Candidate, Sitting
from lms.exams.sittings.queries.sittings import lock_sitting
from lms.ground.accounts.models import Account
from lms.ground.audit.actions import Actor, record
from lms.ground.db import session
from lms.ground.errors import Refused

GONE = "这个启动链接已经用过或已过期，请回到考试页面重新生成。"


def set_admission(
    sitting: Sitting, draft: AdmissionDraft, *, start: str, leave: str, by: Actor, at: datetime
) -> Admission | None:
    """Ask this of whoever opens a paper of the sitting from now on, also of those that are made.

    `start`, `leave`: the absolute addresses of Safe Exam Browser's first and last page. None where
    nothing is asked for. A code that the sitting has stays as it is, and so does a .seb file.
    """
    lock_sitting(sitting.id)
    if draft.exam_keys and not draft.asks_browser:
        raise Refused("填了浏览器考试密钥，请同时勾选“须用安全考试浏览器”。")
    before = sitting.admission
    code = ""
    if draft.asks_code:
        code = (before.code if before else "") or _make_code()
    settings = _settings(before, draft, start=start, leave=leave) if draft.asks_browser else {}
    if not (code or draft.networks or draft.binds_seat or settings):
        _name(sitting, None)
        record("admission.set", sitting, f"取消“{sitting.exam.title}”的准入要求", by=by, at=at)
        return None
    made = Admission(
        mark=secrets.token_hex(8),
        code=code,
        networks=list(draft.networks),
        binds_seat=draft.binds_seat,
        browser_settings=settings,
        config_key=config_key(settings) if settings else "",
        exam_keys=list(draft.exam_keys),
        set_by=by.name,
        set_at=at,
    )
    _replace(sitting, made)
    sentence = f"设定“{sitting.exam.title}”的准入要求：{summary(made)}"
    record("admission.set", sitting, sentence, by=by, at=at, admission=made.id)
    return made


def renew_code(sitting: Sitting, *, by: Actor, at: datetime) -> Admission:
    """Give the hall another access code; who is at work goes on. Refused where none is asked for."""
    lock_sitting(sitting.id)
    before = sitting.admission
    if before is None or not before.code:
        raise Refused("这个场次没有要求考场口令。")
    made = Admission(
        mark=secrets.token_hex(8),
        code=_make_code(),
        networks=before.networks,
        binds_seat=before.binds_seat,
        browser_settings=before.browser_settings,
        config_key=before.config_key,
        exam_keys=before.exam_keys,
        set_by=by.name,
        set_at=at,
    )
    _replace(sitting, made)
    sentence = f"更换“{sitting.exam.title}”的考场口令"
    record("admission.renew_code", sitting, sentence, by=by, at=at, admission=made.id)
    return made


def make_launch(attempt: Attempt, *, by: Account, at: datetime) -> str:
    """The token of a new launch link for one's own paper; nobody can read it later."""
    if attempt.admission is None or not attempt.admission.config_key:
        raise Refused("这场考试不要求安全考试浏览器，请直接进入考试。")
    token = secrets.token_urlsafe(24)
    launch = Launch(
        token_hash=token_hash(token),
        account_id=by.id,
        attempt_id=attempt.id,
        made_at=at,
        expires_at=at + LAUNCH_HOLDS,
    )
    session.add(launch)
    sentence = f"{by.name}生成“{attempt.title}”的启动链接"
    record("admission.launch", launch, sentence, by=by, at=at, attempt=attempt.id)
    return token


def enter(token: str, *, at: datetime) -> Launch:
    """Use a launch link up: its account may log in. Refused where it was used, or too old."""
    used = session.scalar(
        update(Launch)
        .where(Launch.token_hash == token_hash(token))
        .where(Launch.used_at.is_(None), Launch.expires_at > at)
        .values(used_at=at)
        .returning(Launch.id)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        raise Refused(GONE)
    launch = get_used_launch(token)
    if launch.account.disabled_at is not None:
        raise Refused(GONE)
    sentence = f"{launch.account.name}用启动链接登录"
    record("admission.enter", launch, sentence, by=launch.account, at=at, attempt=launch.attempt_id)
    return launch


def summary(admission: Admission) -> str:
    """What is asked for, in a few words."""
    parts = ["考场口令"] if admission.code else []
    parts += [f"网络地址 {'、'.join(admission.networks)}"] if admission.networks else []
    parts += ["一人一机"] if admission.binds_seat else []
    parts += ["安全考试浏览器"] if admission.config_key else []
    return "，".join(parts)


def _settings(
    before: Admission | None, draft: AdmissionDraft, *, start: str, leave: str
) -> dict[str, Any]:
    """Those that the sitting has, whose file may lie on every desktop, or new ones."""
    known = before.browser_settings if before else {}
    if known and known["startURL"] == start and not draft.quit_password:
        return known
    salt = secrets.token_bytes(32)
    return browser_settings(start=start, leave=leave, salt=salt, quit_password=draft.quit_password)


def _replace(sitting: Sitting, made: Admission) -> None:
    session.add(made)
    session.flush()
    _name(sitting, made)


def _name(sitting: Sitting, admission: Admission | None) -> None:
    sitting.admission = admission
    session.flush()
    sheets = select(Candidate.attempt_id).where(Candidate.sitting_id == sitting.id)
    session.execute(
        update(Attempt)
        .where(Attempt.id.in_(sheets))
        .values(admission_id=None if admission is None else admission.id)
        .execution_options(synchronize_session=False)
    )


def _make_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
