"""The SQL of applications: as they are sent in, as they move, and as whoever brings the proof reads them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from sqlmodel import Session

from kernel.db import driver_connection
from merchants.model import (
    ApplicationContent,
    ApplicationEvent,
    ApplicationLine,
    ApplicationMover,
    ApplicationPlace,
    ApplicationState,
    ApplicationStep,
    ApplicationStore,
    ApplicationView,
    BankAccount,
    BankAccountKind,
    Business,
    Draft,
    MerchantSize,
    PledgeTaken,
)

FIND_APPLICATION = """
SELECT id, receipt, state, version, submitted_at FROM merchants.applications AS a WHERE a.id = %(application)s
"""
FIND_VERSION = """
SELECT legal_name, legal_kana, representative, phone, postal_code, address, trade, size, bank_code, branch_code,
       bank_name, branch_name, account_kind, account_number, holder_kana, pledge_version, pledge_sha256, pledged_at
FROM merchants.application_versions AS v WHERE v.application_id = %(application)s AND v.version = %(version)s
"""
FIND_STORES = """
SELECT display_name, name_latin, district, postal_code, address, floor_m2
FROM merchants.application_stores AS s WHERE s.application_id = %(application)s AND s.version = %(version)s
ORDER BY s.position
"""
FIND_EVENTS = """
SELECT application_id, number, version, step, from_state, to_state, at, by_kind, by, reason, merchant_id
FROM merchants.application_events AS e WHERE e.application_id = %(application)s ORDER BY e.number
"""
INSERT_VERSION = """
INSERT INTO merchants.application_versions (application_id, version, legal_name, legal_kana, representative, phone,
    postal_code, address, trade, size, bank_code, branch_code, bank_name, branch_name, account_kind, account_number,
    holder_kana, pledge_version, pledge_sha256, pledged_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
INSERT_EVENT = """
INSERT INTO merchants.application_events (application_id, number, version, step, from_state, to_state, at, by_kind, by,
    reason, merchant_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
COPY_STORES = """
COPY merchants.application_stores (application_id, version, position, display_name, name_latin, district, postal_code,
    address, floor_m2) FROM STDIN
"""
FIND_LINES = """
SELECT a.id, a.receipt, a.state, a.version, a.submitted_at, v.legal_name, v.trade, v.size,
       (SELECT count(*) FROM merchants.application_stores AS s
        WHERE s.application_id = a.id AND s.version = a.version)
FROM merchants.applications AS a
JOIN merchants.application_versions AS v ON v.application_id = a.id AND v.version = a.version
WHERE cardinality(%(states)s::text[]) = 0 OR a.state = ANY (%(states)s::text[])
ORDER BY a.submitted_at, a.receipt LIMIT %(limit)s
"""


def next_number(session: Session) -> int:
    """Take the next number of an application."""
    row = driver_connection(session).execute("SELECT nextval('merchants.application_numbers')").fetchone()
    assert row is not None
    return int(row[0])


def insert_application(session: Session, application_id: UUID, receipt: str, proof: bytes, now: datetime) -> None:
    """Add an application; what it says and where it stands are added to it."""
    driver_connection(session).execute(
        "INSERT INTO merchants.applications (id, receipt, proof_digest, submitted_at) VALUES (%s, %s, %s, %s)",
        [application_id, receipt, proof, now],
    )


def insert_version(
    session: Session,
    application_id: UUID,
    version: int,
    content: ApplicationContent,
    size: MerchantSize,
    pledge: PledgeTaken,
) -> None:
    """Add what was sent in."""
    who, account = content.business, content.bank_account
    values = [
        *(who.legal_name, who.legal_kana, who.representative, who.phone, who.postal_code, who.address),
        *(content.trade, size.value, account.bank_code, account.branch_code, account.bank_name, account.branch_name),
        *(account.account_kind.value, account.account_number, account.holder_kana, *pledge),
    ]
    connection = driver_connection(session)
    connection.execute(INSERT_VERSION, [application_id, version, *values])
    with connection.cursor() as cursor, cursor.copy(COPY_STORES) as copy:
        for position, store in enumerate(content.stores, 1):
            names = (store.display_name, store.name_latin, store.district, store.postal_code)
            copy.write_row((application_id, version, position, *names, store.address, store.floor_m2))


def insert_event(session: Session, event: ApplicationEvent) -> None:
    """Add a step to the history, which moves the application."""
    driver_connection(session).execute(INSERT_EVENT, [getattr(value, "value", value) for value in event])


def lock_application(session: Session, application_id: UUID) -> ApplicationPlace | None:
    """Hold an application and say where it stands."""
    row = (
        driver_connection(session)
        .execute(
            """
            SELECT id, receipt, state, version, event_count, examined_by FROM merchants.lock_application(%s)
            """,
            [application_id],
        )
        .fetchone()
    )
    return ApplicationPlace(row[0], row[1], ApplicationState(row[2]), *row[3:]) if row else None


def find_proven_receipt(session: Session, proof: bytes) -> tuple[UUID, str] | None:
    """The id and the number of the application that a proof belongs to."""
    found = driver_connection(session).execute("SELECT id, receipt FROM merchants.proven_application(%s)", [proof])
    row = found.fetchone()
    return (row[0], row[1]) if row else None


def find_proven(session: Session, proof: bytes) -> ApplicationView | None:
    """Read the application that a proof belongs to, as the portal may."""
    known = find_proven_receipt(session, proof)
    return _view(session, known[0], proof) if known else None


def find_application(session: Session, application_id: UUID) -> ApplicationView | None:
    """Read an application, as staff may."""
    return _view(session, application_id)


def find_lines(session: Session, states: Sequence[ApplicationState], limit: int) -> list[ApplicationLine]:
    """Read applications that stand in these states, or in any for none, the oldest first."""
    rows = driver_connection(session).execute(FIND_LINES, {"states": [state.value for state in states], "limit": limit})
    return [
        ApplicationLine(id_, receipt, ApplicationState(state), version, at, name, trade, MerchantSize(size), stores)
        for id_, receipt, state, version, at, name, trade, size, stores in rows
    ]


def lock_draft(session: Session, secret_digest: bytes) -> Draft | None:
    """Hold a draft so that it is sent once, and read it."""
    connection = driver_connection(session)
    held = connection.execute(
        "SELECT saved_at FROM merchants.application_drafts WHERE secret_digest = %s FOR UPDATE", [secret_digest]
    ).fetchone()
    return find_draft(session, secret_digest) if held else None


def find_draft(session: Session, secret_digest: bytes) -> Draft | None:
    """Read what somebody typed so far."""
    found = driver_connection(session).execute(
        "SELECT content, application_id FROM merchants.draft_of(%s)", [secret_digest]
    )
    row = found.fetchone()
    return Draft(row[0], row[1]) if row else None


def save_draft(
    session: Session, secret_digest: bytes, content: Mapping[str, str], application_id: UUID | None, now: datetime
) -> None:
    """Keep what somebody typed so far instead of what they had typed before."""
    connection = driver_connection(session)
    written = json.dumps(dict(content), ensure_ascii=False)
    kept = connection.execute(
        "UPDATE merchants.application_drafts SET content = %s::jsonb, saved_at = %s WHERE secret_digest = %s",
        [written, now, secret_digest],
    )
    if kept.rowcount == 0:
        connection.execute(
            """
            INSERT INTO merchants.application_drafts (secret_digest, application_id, content, saved_at)
            VALUES (%s, %s, %s::jsonb, %s)
            """,
            [secret_digest, application_id, written, now],
        )


def delete_draft(session: Session, secret_digest: bytes) -> None:
    """Forget a draft that was sent."""
    driver_connection(session).execute(
        "DELETE FROM merchants.application_drafts WHERE secret_digest = %s", [secret_digest]
    )


def delete_old_drafts(session: Session, now: datetime, kept_for: timedelta) -> None:
    """Forget what nobody went on with."""
    driver_connection(session).execute("DELETE FROM merchants.application_drafts WHERE saved_at < %s", [now - kept_for])


def _view(session: Session, application_id: UUID, proof: bytes | None = None) -> ApplicationView | None:
    connection = driver_connection(session)
    values: dict[str, Any] = {"application": application_id, "proof": proof}
    found = connection.execute(_readable(FIND_APPLICATION, proof), values).fetchone()
    if found is None:
        return None
    values["version"] = found[3]
    (version,) = connection.execute(_readable(FIND_VERSION, proof), values)
    stores = connection.execute(_readable(FIND_STORES, proof), values).fetchall()
    events = connection.execute(_readable(FIND_EVENTS, proof), values).fetchall()
    return ApplicationView(
        application_id=found[0],
        receipt=found[1],
        state=ApplicationState(found[2]),
        version=found[3],
        submitted_at=found[4],
        content=_content(version, tuple(_store(row) for row in stores)),
        size=MerchantSize(version[7]),
        pledge=PledgeTaken(*version[15:]),
        events=tuple(_event(row) for row in events),
    )


def _readable(question: LiteralString, proof: bytes | None) -> LiteralString:
    """The question as it is asked of the tables, or with a proof of what the proof opens."""
    if proof is None:
        return question
    opened: LiteralString = question
    for table, answer in (
        ("merchants.applications", "merchants.proven_application(%(proof)s)"),
        ("merchants.application_versions", "merchants.proven_versions(%(proof)s)"),
        ("merchants.application_stores", "merchants.proven_stores(%(proof)s)"),
        ("merchants.application_events", "merchants.proven_events(%(proof)s)"),
    ):
        opened = opened.replace(f"{table} AS", f"{answer} AS")
    return opened


def _content(row: Sequence[Any], stores: tuple[ApplicationStore, ...]) -> ApplicationContent:
    names = ("legal_name", "legal_kana", "representative", "phone", "postal_code", "address")
    return ApplicationContent(
        business=Business(**dict(zip(names, row[:6], strict=True))),
        trade=row[6],
        stores=stores,
        bank_account=BankAccount(
            bank_code=row[8],
            branch_code=row[9],
            bank_name=row[10],
            branch_name=row[11],
            account_kind=BankAccountKind(row[12]),
            account_number=row[13],
            holder_kana=row[14],
        ),
        pledge_version=row[15],
    )


def _store(row: Sequence[Any]) -> ApplicationStore:
    names = ("display_name", "name_latin", "district", "postal_code", "address", "floor_m2")
    return ApplicationStore(**dict(zip(names, row, strict=True)))


def _event(row: Sequence[Any]) -> ApplicationEvent:
    application_id, number, version, step, from_state, to_state, at, by_kind, *others = row
    states = (ApplicationState(from_state), ApplicationState(to_state))
    return ApplicationEvent(
        application_id, number, version, ApplicationStep(step), *states, at, ApplicationMover(by_kind), *others
    )
