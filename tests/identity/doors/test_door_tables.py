"""What each role may do to doors, what nobody may, and that the tables in Python are those of the schema."""

from collections.abc import Callable
from typing import LiteralString

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg import errors
from sqlalchemy import CheckConstraint, NullPool, create_engine, inspect
from sqlmodel import SQLModel

from identity.doors import tables
from kernel.db import Database, driver_connection, sqlalchemy_url

DOOR_TABLES = {
    str(row.__tablename__)
    for row in vars(tables).values()
    if isinstance(row, type) and issubclass(row, SQLModel) and row is not SQLModel
}
REFUSED_TO: dict[str, list[LiteralString]] = {
    "kashiman_pay": [
        "INSERT INTO identity.passkey_confirmations VALUES ('a', gen_random_uuid(), gen_random_uuid(), now())",
        "INSERT INTO identity.counter_confirmations VALUES "
        "(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'passport', now())",
        "INSERT INTO identity.counter_codes (selector, secret_digest, person_id, confirmation_id, expires_at)"
        " VALUES ('000', '', gen_random_uuid(), gen_random_uuid(), now())",
        "UPDATE identity.counter_codes SET secret_digest = ''",
        "UPDATE identity.passkeys SET public_key = ''",
        "UPDATE identity.passkeys SET needs_confirmation = false",
        "UPDATE identity.links SET person_id = gen_random_uuid()",
        "UPDATE identity.till_devices SET secret_digest = ''",
        "DELETE FROM identity.passkeys",
        "DELETE FROM identity.links",
        "DELETE FROM identity.till_devices",
        "DELETE FROM identity.sign_in_misses",
        "SELECT received_at FROM identity.line_events",
        "UPDATE identity.line_events SET kind = 'follow'",
        "DELETE FROM identity.line_events",
        "UPDATE identity.line_friendships SET provider_subject = 'x'",
        "DELETE FROM identity.line_friendships",
    ],
    "kashiman_staff": [
        "UPDATE identity.counter_confirmations SET document_kind = 'passport'",
        "UPDATE identity.passkey_confirmations SET confirmed_at = now()",
        "DELETE FROM identity.counter_confirmations",
        "DELETE FROM identity.passkey_confirmations",
        "DELETE FROM identity.sign_in_misses",
        "UPDATE identity.counter_codes SET failures = 0",
        "INSERT INTO identity.till_devices (id) VALUES (gen_random_uuid())",
        "INSERT INTO identity.links (id) VALUES (gen_random_uuid())",
        "UPDATE identity.line_friendships SET is_friend = true",
        "SELECT event_id FROM identity.line_events",
    ],
    "kashiman_worker": [
        "SELECT event_id FROM identity.line_events",
        "INSERT INTO identity.line_events VALUES ('x', 'follow', now(), now(), false)",
        "UPDATE identity.line_friendships SET is_friend = true",
        "INSERT INTO identity.passkey_user_handles VALUES ('staff', gen_random_uuid(), '')",
        "UPDATE identity.passkeys SET label = 'x'",
        "DELETE FROM identity.passkeys",
    ],
    "kashiman_apply": [
        "SELECT holder_id FROM identity.passkeys",
        "SELECT person_id FROM identity.links",
        "SELECT person_id FROM identity.counter_codes",
        "SELECT label FROM identity.till_devices",
        "SELECT is_friend FROM identity.line_friendships",
    ],
    "kashiman_auditor": [
        "SELECT person_id FROM identity.counter_confirmations",
        "SELECT person_id FROM identity.links",
        "SELECT public_key FROM identity.passkeys",
        "SELECT address_digest FROM identity.sign_in_misses",
    ],
}
KEPT: list[LiteralString] = [
    "UPDATE identity.counter_confirmations SET confirmed_at = now()",
    "DELETE FROM identity.counter_confirmations",
    "TRUNCATE identity.counter_confirmations CASCADE",
    "UPDATE identity.passkey_confirmations SET confirmed_at = now()",
    "DELETE FROM identity.passkey_confirmations",
    "TRUNCATE identity.passkey_confirmations",
    "UPDATE identity.passkey_user_handles SET user_handle = ''",
    "UPDATE identity.passkeys SET holder_id = gen_random_uuid()",
    "UPDATE identity.passkeys SET needs_confirmation = false",
    "UPDATE identity.links SET provider_subject = 'x'",
    "UPDATE identity.till_devices SET store_id = gen_random_uuid()",
    "DELETE FROM identity.till_devices",
    "UPDATE identity.line_events SET kind = 'follow'",
    "TRUNCATE identity.line_events",
]


def test_each_role_does_what_it_must_and_nothing_more(make_database: Callable[[str], Database]) -> None:
    for role, statements in REFUSED_TO.items():
        database = make_database(role)
        for statement in statements:
            with pytest.raises(errors.InsufficientPrivilege), database.transaction() as session:
                driver_connection(session).execute(statement)


def test_the_auditor_sees_what_was_confirmed_and_by_whom(make_database: Callable[[str], Database]) -> None:
    make_database("kashiman_auditor").run(
        lambda session: driver_connection(session).execute(
            "SELECT id, clerk_id, document_kind, confirmed_at FROM identity.counter_confirmations"
        )
    )


@pytest.mark.parametrize("statement", KEPT)
def test_not_even_a_superuser_rewrites_what_was_confirmed_or_whose_a_door_is(
    database_url: str, statement: LiteralString
) -> None:
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(errors.InsufficientPrivilege, match="history is only added to"),
    ):
        connection.execute(statement)


def test_the_tables_of_doors_are_those_of_the_schema(database_url: str) -> None:
    assert len(DOOR_TABLES) == 12
    engine = create_engine(sqlalchemy_url(database_url), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == "identity",
                "include_object": lambda _, name, kind, *__: kind != "table" or name in DOOR_TABLES,
                "compare_type": False,
            },
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    inspector = inspect(engine)
    for name in sorted(DOOR_TABLES):
        table = SQLModel.metadata.tables[f"identity.{name}"]
        said = {item.name for item in table.constraints if isinstance(item, CheckConstraint)}
        assert said == {item["name"] for item in inspector.get_check_constraints(name, schema="identity")}, name
