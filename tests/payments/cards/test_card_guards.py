"""What the database refuses about cards by itself, even to a superuser, and what each role may do."""

from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from psycopg import errors

from kernel.db import violated_constraint
from payments.cards.model import PrintedCard
from tests.payments.cards.wallet_cards import OTHER_PIN, WalletCards
from tests.payments.shop_world import HANAKO, ShopWorld

HISTORY = ["card_events", "card_pin_misses", "card_payments", "card_moves"]
PAYING = """
    WITH paid AS (
        INSERT INTO payments.payments
        SELECT gen_random_uuid(), {wallet}, merchant_id, store_id, {channel}, {amount}, paid_at, charged_by
        FROM payments.payments LIMIT 1 RETURNING id
    )
    INSERT INTO payments.card_payments SELECT id, '{card}', {with_pin} FROM paid
"""
EVENT = "INSERT INTO payments.card_events (card_id, step, state, reason, actor_kind, actor_id, at) SELECT '{card}',"
WHO = "'wished', 'staff', gen_random_uuid(), now()"


@pytest.fixture
def printed(cards: WalletCards) -> PrintedCard:
    """A card that has paid, and of which a wrong PIN was typed."""
    made = cards.issue()
    cards.paid(cards.charging(made, 1_000))
    cards.refused(cards.charging(made, pin=OTHER_PIN))
    return made


def attempt(world: ShopWorld, *statements: str, role: str | None = None, keep: bool = False) -> None:
    """Run statements as one transaction, as a role or the superuser, to the point where it would commit."""
    options = f"-c role={role}" if role else ""
    with psycopg.connect(world.pay.url, options=options) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if not keep:
            connection.rollback()


def refused_by(world: ShopWorld, *statements: str) -> str | None:
    with pytest.raises(errors.IntegrityError) as refused:
        attempt(world, *statements)
    return violated_constraint(refused.value)


def paying(card: PrintedCard, **facts: Any) -> str:
    usual = {"wallet": "wallet_id", "channel": "'card'", "amount": 1, "card": card.card.id, "with_pin": "false"}
    return PAYING.format(**{**usual, **facts})


def move(card: PrintedCard, *states: str) -> Sequence[str]:
    """Bring a card through states with the events that tell of them."""
    return [
        statement
        for state in states
        for statement in (
            f"UPDATE payments.cards SET state = '{state}' WHERE id = '{card.card.id}'",
            f"{EVENT.format(card=card.card.id)} 'frozen', '{state}', {WHO}",
        )
    ]


def test_what_the_guards_let_through(cards: WalletCards, printed: PrintedCard) -> None:
    attempt(cards.world, paying(printed, amount=3_000))
    attempt(cards.world, paying(printed, amount=30_000, with_pin="true"))
    attempt(cards.world, *move(printed, "frozen", "active", "frozen", "ended"))


@pytest.mark.parametrize(
    ("states", "constraint"),
    [
        (["replaced"], "cards_are_replaced_by_cards"),
        (["ended", "active"], "cards_moves_are_legal"),
        (["ended", "ended"], "cards_moves_are_legal"),
        (["frozen", "replaced", "frozen"], "cards_moves_are_legal"),
        (["ended", "replaced"], "cards_moves_are_legal"),
        (["gone"], "cards_moves_are_legal"),
    ],
)
def test_a_card_moves_as_cards_do(
    cards: WalletCards, printed: PrintedCard, states: Sequence[str], constraint: str
) -> None:
    assert refused_by(cards.world, *move(printed, *states)) == constraint


def test_a_state_that_nobody_is_recorded_for_is_refused(cards: WalletCards, printed: PrintedCard) -> None:
    (change, _) = move(printed, "frozen")
    assert refused_by(cards.world, change) == "cards_states_are_told"
    quiet = (
        "INSERT INTO payments.cards (id, wallet_id, serial, secret_digest, limit_payment_yen, limit_day_yen, issued_at)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), '0123456789', sha256('x'), 1, 1, now())"
    )
    assert refused_by(cards.world, quiet) == "cards_states_are_told"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"amount": 3_001}, "card_payments_within_limits"),
        ({"wallet": "gen_random_uuid()"}, "card_payments_of_own_wallet"),
        ({"channel": "'cpm'"}, "card_payments_of_own_wallet"),
    ],
)
def test_a_card_pays_within_its_limits_and_from_its_own_wallet(
    cards: WalletCards, printed: PrintedCard, facts: dict[str, Any], constraint: str
) -> None:
    assert refused_by(cards.world, paying(printed, **facts)) == constraint


def test_a_day_without_the_pin_ends_at_its_limit(cards: WalletCards, printed: PrintedCard) -> None:
    fitting = [paying(printed, amount=3_000)] * 3
    attempt(cards.world, *fitting)
    attempt(cards.world, *fitting, paying(printed, amount=3_000, with_pin="true"))
    assert refused_by(cards.world, *fitting, paying(printed, amount=1)) == "card_payments_within_limits"


def test_frozen_cards_and_cards_without_a_pin_do_not_pay(cards: WalletCards, printed: PrintedCard) -> None:
    other = cards.issue(wallet_id=HANAKO, pin=None)
    with_pin = paying(other, wallet=f"'{HANAKO}'::uuid", with_pin="true")
    assert refused_by(cards.world, with_pin) == "card_payments_with_a_pin"
    assert refused_by(cards.world, *move(printed, "frozen"), paying(printed)) == "card_payments_of_active_cards"


def test_a_payment_by_card_names_its_card(cards: WalletCards, printed: PrintedCard) -> None:
    lonely = (
        "INSERT INTO payments.payments SELECT gen_random_uuid(), wallet_id, merchant_id, store_id, 'card', 1, paid_at,"
        " charged_by FROM payments.payments"
    )
    assert refused_by(cards.world, lonely) == "payments_name_their_card"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("pin_misses = 4", "cards_misses_freeze"),
        ("pin_misses = 3", "cards_misses_freeze"),
        ("pin_digest = 'short'", "cards_digests_are_sha256"),
    ],
)
def test_what_no_card_can_be_is_refused(cards: WalletCards, printed: PrintedCard, change: str, constraint: str) -> None:
    assert refused_by(cards.world, f"UPDATE payments.cards SET {change}") == constraint


def test_a_second_card_in_use_and_a_card_for_another_wallets_are_refused(
    cards: WalletCards, printed: PrintedCard
) -> None:
    copied = (
        "INSERT INTO payments.cards (id, wallet_id, serial, secret_digest, limit_payment_yen, limit_day_yen, replaces,"
        " issued_at) SELECT gen_random_uuid(), {}, '0123456789', sha256('x'), 1, 1, {}, now() FROM payments.cards"
    )
    assert refused_by(cards.world, copied.format("wallet_id", "NULL")) == "cards_one_in_use"
    other = copied.format("gen_random_uuid()", "id")
    assert refused_by(cards.world, other) == "cards_replaces_a_card_of_the_wallet"


@pytest.mark.parametrize(
    "change", ["UPDATE payments.{} SET {} = {}", "DELETE FROM payments.{}", "TRUNCATE payments.{}"]
)
@pytest.mark.parametrize("table", HISTORY)
def test_history_of_cards_is_only_added_to(cards: WalletCards, printed: PrintedCard, table: str, change: str) -> None:
    (column,) = cards.world.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 2", [f"payments.{table}"]
    )[0]
    with pytest.raises(errors.InsufficientPrivilege, match="history is only added to"):
        attempt(cards.world, change.format(table, column, column))


@pytest.mark.parametrize(
    "column",
    ["id", "wallet_id", "serial", "secret_digest", "limit_payment_yen", "limit_day_yen", "replaces", "issued_at"],
)
def test_what_a_card_was_issued_as_stays(cards: WalletCards, printed: PrintedCard, column: str) -> None:
    for statement in (f"UPDATE payments.cards SET {column} = {column}", "DELETE FROM payments.cards"):
        with pytest.raises(errors.InsufficientPrivilege, match="history is only added to"):
            attempt(cards.world, statement)


def test_nobody_but_the_tills_process_reads_a_pin_and_nobody_but_staff_sets_or_issues(
    cards: WalletCards, printed: PrintedCard
) -> None:
    reading = "SELECT pin_digest FROM payments.cards"
    setting = "UPDATE payments.cards SET pin_digest = sha256('x')"
    issuing = "INSERT INTO payments.cards (id) VALUES (gen_random_uuid())"
    missing = "INSERT INTO payments.card_pin_misses SELECT gen_random_uuid(), card_id, store_id, missed_at" + (
        " FROM payments.card_pin_misses"
    )
    attempt(cards.world, reading, missing, role="kashiman_pay")
    attempt(cards.world, setting, role="kashiman_staff")
    forbidden = {
        "kashiman_pay": [setting, issuing],
        "kashiman_staff": [reading, missing],
        "kashiman_auditor": [reading, setting, issuing, missing, "SELECT secret_digest FROM payments.cards"],
        "kashiman_apply": [reading, setting, issuing, missing, "SELECT id FROM payments.cards"],
        "kashiman_worker": [reading, setting, issuing, missing, "SELECT id FROM payments.cards"],
    }
    for role, statements in forbidden.items():
        for statement in statements:
            with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                attempt(cards.world, statement, role=role)


def test_every_role_has_exactly_its_rights_on_cards(cards: WalletCards) -> None:
    granted = cards.world.rows(
        "SELECT grantee, privilege_type, array_agg(table_name::text ORDER BY table_name)"
        " FROM information_schema.role_table_grants WHERE table_schema = 'payments' AND left(table_name, 4) = 'card'"
        " AND grantee NOT IN ('kashiman_owner', 'postgres') GROUP BY 1, 2"
    )
    readers = ("kashiman_pay", "kashiman_staff", "kashiman_auditor")
    assert {(row[0], row[1]): row[2] for row in granted} == {
        **{(reader, "SELECT"): sorted(HISTORY) for reader in readers},
        ("kashiman_pay", "INSERT"): ["card_payments", "card_pin_misses"],
    }
    columns = cards.world.rows(
        "SELECT grantee, privilege_type, array_agg(column_name::text ORDER BY column_name)"
        " FROM information_schema.column_privileges WHERE table_schema = 'payments' AND table_name = 'cards'"
        " AND grantee NOT IN ('kashiman_owner', 'postgres') GROUP BY 1, 2"
    )
    seen = {(row[0], row[1]): set(row[2]) for row in columns}
    assert seen["kashiman_pay", "UPDATE"] == {"pin_misses", "state"}
    assert seen["kashiman_staff", "UPDATE"] == {"pin_digest", "pin_misses", "state"}
    assert {key for key in seen if key[1] != "SELECT"} == {
        ("kashiman_pay", "UPDATE"),
        ("kashiman_staff", "UPDATE"),
        ("kashiman_staff", "INSERT"),
    }
    assert {key[0] for key, names in seen.items() if key[1] == "SELECT" and "pin_digest" in names} == {"kashiman_pay"}
