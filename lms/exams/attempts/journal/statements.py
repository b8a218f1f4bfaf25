"""The statements that write for many candidates at once, scoped and judged in the SQL itself.

Each takes all rows of a group as one JSON text and gives one JSON text back: one statement,
whatever the number of candidates, and the interpreter's lock is let go of once and not for
every row.
"""

from __future__ import annotations

from dataclasses import dataclass

from lms.exams.attempts.rules.states import Standing
from lms.ground.access import ROLE_PERMISSIONS, Permission

_STUDYING = ", ".join(
    f"'{role.value}'"
    for role, permissions in ROLE_PERMISSIONS.items()
    if Permission.STUDY in permissions
)

# Whoever is logged in as `account_id` since `epoch`, may study, whose sheet it is, and who came
# through its door. Roles are
# counted: PostgreSQL would turn an EXISTS into a join and read the roles of the whole school.
_OWN = f"""
    attempt.id = sent.attempt_id
    AND person.id = attempt.person_id AND account.id = person.account_id
    AND account.id = sent.account_id AND account.epoch = sent.epoch
    AND account.disabled_at IS NULL
    AND (attempt.admission_id IS NULL OR attempt.admission_id = sent.door)
    AND 0 < (
        SELECT count(*) FROM "grant" WHERE "grant".account_id = account.id
        AND "grant".role IN ({_STUDYING})
    )
"""


@dataclass(frozen=True)
class Dialect:
    """How one kind of database unpacks and packs JSON texts, names types and locks rows."""

    source: str
    gather: str
    instant: str
    json: str
    share: str
    update: str


DIALECTS = {
    "sqlite": Dialect(
        source="json_each(:rows) AS one",
        gather="json_group_array(json_array({}))",
        instant="TEXT",
        json="TEXT",
        share="",
        update="",
    ),
    "postgresql": Dialect(
        source="json_array_elements(CAST(%(rows)s AS json)) AS one(value)",
        gather="CAST(json_agg(json_build_array({})) AS TEXT)",
        instant="timestamp with time zone",
        json="json",
        # A takeover of the lease and a save of the same attempt wait for each other.
        share="FOR SHARE OF attempt",
        update="FOR UPDATE OF attempt",
    ),
}

# What a sheet is told as, in this order.
SHEET = (
    "attempt_id", "account_id", "variant_id", "content_hash", "seed", "lease", "opens_at",
    "closes_at", "minutes", "extension_minutes", "grace_seconds", "started_at", "deadline",
    "accepts_until", "submitted_at", "submitted_by", "answered", "answer_digest", "receipt",
    "paused_at", "opened_from",
)  # fmt: skip


def save_statement(dialect: Dialect) -> str:
    """Append operations: `attempt_id, lease, seq, standing, deadline` of those that are new.

    Only if the attempt is its sender's, has that slot and has given out that lease.
    """
    return f"""
        INSERT INTO step (attempt_id, lease, seq, number, value, standing, received_at)
        SELECT attempt.id, sent.lease, sent.seq, sent.number, CAST(sent.value AS {dialect.json}),
            CASE
                WHEN sent.lease < attempt.lease THEN '{Standing.STALE_LEASE}'
                WHEN attempt.submitted_at IS NOT NULL OR attempt.paused_at IS NULL
                    AND attempt.accepts_until <= sent.received_at THEN '{Standing.LATE}'
                ELSE '{Standing.COUNTS}'
            END,
            sent.received_at
        FROM {_operations(dialect)}, attempt, person, account
        WHERE {_OWN}
            AND sent.number BETWEEN 1 AND attempt.slots
            AND sent.lease BETWEEN 1 AND attempt.lease
        {dialect.share}
        ON CONFLICT (attempt_id, lease, seq) DO NOTHING
        RETURNING attempt_id, lease, seq, standing,
            (SELECT CAST(deadline AS TEXT) FROM attempt WHERE attempt.id = step.attempt_id)
    """


def kept_statement(dialect: Dialect) -> str:
    """`[place, seq, standing, deadline]` of every operation that stands there as it was sent."""
    columns = "sent.place, sent.seq, step.standing, attempt.deadline"
    return f"""
        SELECT {dialect.gather.format(columns)}
        FROM {_operations(dialect)}, attempt, person, account, step
        WHERE {_OWN}
            AND step.attempt_id = sent.attempt_id AND step.lease = sent.lease
            AND step.seq = sent.seq AND step.number = sent.number
            AND CAST(step.value AS TEXT) = sent.value
    """


def report_statement(dialect: Dialect) -> str:
    """Append what pages report: `place` of those that are new, under leases that were given out."""
    return f"""
        INSERT INTO sighting (attempt_id, lease, seq, kind, seconds, detail, at, received_at)
        SELECT attempt.id, sent.lease, sent.seq, sent.kind, sent.seconds, sent.detail,
            sent.at, sent.received_at
        FROM {_reports(dialect)}, attempt, person, account
        WHERE {_OWN}
            AND sent.lease BETWEEN 1 AND attempt.lease
        ON CONFLICT (attempt_id, lease, seq) DO NOTHING
        RETURNING attempt_id
    """


def beat_statement(dialect: Dialect) -> str:
    """Note that candidates are there, and how much their pages have still to bring."""
    return f"""
        UPDATE attempt SET last_seen_at = sent.at, unsent = sent.unsent
        FROM {_logins(dialect)}, person, account
        WHERE {_OWN}
    """


def presence_statement(dialect: Dialect) -> str:
    """How the attempts of whoever is there stand."""
    columns = """sent.place, attempt.lease, attempt.opens_at, attempt.closes_at,
        attempt.extension_minutes, attempt.deadline, attempt.submitted_at,
        attempt.paused_at, attempt.notice, attempt.noticed_at,
        (SELECT max(seq) FROM step
            WHERE step.attempt_id = attempt.id AND step.lease = attempt.lease)"""
    return f"""
        SELECT {dialect.gather.format(columns)}
        FROM {_logins(dialect)}, attempt, person, account
        WHERE {_OWN}
    """


def sheets_statement(dialect: Dialect) -> str:
    """The sheets of candidates as `place` and `SHEET`, locked until the group is committed."""
    columns = ", ".join(_column(name) for name in SHEET)
    return f"""
        SELECT {dialect.gather.format("place, " + ", ".join(SHEET))}
        FROM (
            SELECT sent.place, {columns}
            FROM {_logins(dialect)}, attempt, person, account, variant
            WHERE {_OWN} AND variant.id = attempt.variant_id
            {dialect.update}
        ) AS found
    """


def open_statement(dialect: Dialect) -> str:
    """Give out the next lease of attempts, and begin those that have not begun."""
    return f"""
        UPDATE attempt SET lease = attempt.lease + 1, leased_at = sent.at, last_seen_at = sent.at,
            started_at = sent.started_at, deadline = sent.deadline,
            accepts_until = sent.accepts_until, opened_from = sent.address
        FROM (
            SELECT CAST(one.value ->> 0 AS integer) AS attempt_id,
                {_instants(dialect, 1, "at", "started_at", "deadline", "accepts_until")},
                CAST(one.value ->> 5 AS TEXT) AS address
            FROM {dialect.source}
        ) AS sent
        WHERE attempt.id = sent.attempt_id
    """


def answers_statement(dialect: Dialect) -> str:
    """`[attempt_id, number, value]` of the counting step of highest (lease, seq) of each slot."""
    return f"""
        SELECT {dialect.gather.format("attempt_id, number, CAST(value AS TEXT)")}
        FROM (
            SELECT step.attempt_id, step.number, step.value, row_number() OVER (
                PARTITION BY step.attempt_id, step.number ORDER BY step.lease DESC, step.seq DESC
            ) AS place
            FROM step
            WHERE step.standing = '{Standing.COUNTS}' AND step.attempt_id IN (
                SELECT CAST(one.value ->> 0 AS integer) FROM {dialect.source}
            )
        ) AS ranked
        WHERE place = 1
    """


def submit_statement(dialect: Dialect) -> str:
    """Close attempts with their receipts."""
    return f"""
        UPDATE attempt SET submitted_at = sent.at, submitted_by = sent.submitted_by,
            answered = sent.answered, answer_digest = sent.answer_digest, receipt = sent.receipt
        FROM (
            SELECT CAST(one.value ->> 0 AS integer) AS attempt_id,
                {_instants(dialect, 1, "at")},
                CAST(one.value ->> 2 AS TEXT) AS submitted_by,
                CAST(one.value ->> 3 AS integer) AS answered,
                CAST(one.value ->> 4 AS TEXT) AS answer_digest,
                CAST(one.value ->> 5 AS TEXT) AS receipt
            FROM {dialect.source}
        ) AS sent
        WHERE attempt.id = sent.attempt_id
    """


def _column(name: str) -> str:
    homes = {"attempt_id": "attempt.id AS attempt_id", "account_id": "account.id AS account_id"}
    return homes.get(name) or ("variant" if name == "content_hash" else "attempt") + f".{name}"


def _instants(dialect: Dialect, first: int, *names: str) -> str:
    return ", ".join(
        f"CAST(one.value ->> {place} AS {dialect.instant}) AS {name}"
        for place, name in enumerate(names, start=first)
    )


def _integers(first: int, *names: str) -> str:
    return ", ".join(
        f"CAST(one.value ->> {place} AS integer) AS {name}"
        for place, name in enumerate(names, start=first)
    )


def _sent(dialect: Dialect, *columns: str) -> str:
    """The rows of a group; each begins with whose attempt it is and who asks for it."""
    told = ", ".join((_integers(0, "attempt_id", "account_id", "epoch", "door"), *columns))
    return f"(SELECT {told} FROM {dialect.source}) AS sent"


def _operations(dialect: Dialect) -> str:
    """Rows as `saving.write` makes them."""
    return _sent(
        dialect,
        _integers(4, "lease", "seq", "number"),
        "CAST(one.value ->> 7 AS TEXT) AS value",
        _instants(dialect, 8, "received_at"),
        _integers(9, "place"),
    )


def _reports(dialect: Dialect) -> str:
    """Rows as `reporting.write` makes them."""
    return _sent(
        dialect,
        _integers(4, "lease", "seq"),
        "CAST(one.value ->> 6 AS TEXT) AS kind",
        _integers(7, "seconds"),
        "CAST(one.value ->> 8 AS TEXT) AS detail",
        _instants(dialect, 9, "at", "received_at"),
    )


def _logins(dialect: Dialect) -> str:
    """Rows of `[attempt_id, account_id, epoch, door, instant, place]`, of a beat with `unsent`."""
    return _sent(dialect, _instants(dialect, 4, "at"), _integers(5, "place", "unsent"))
