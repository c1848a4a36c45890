"""The database guards what the code promises, whoever writes."""

from collections.abc import Callable

import psycopg
import pytest

from issuance.model import LEGAL_ROUND_MOVES, LEGAL_STATE_MOVES, CampaignState
from issuance.purchase_model import LEGAL_PURCHASE_MOVES, PurchaseMove, PurchaseState
from issuance.store.purchases import update_purchases
from kernel.db import Database, driver_connection, violated_constraint
from tests.issuance.market import PAYING, ROUND, Market

HISTORY = [
    "campaign_events",
    "applications",
    "draw_files",
    "grants",
    "forfeits",
    "offers",
    "purchase_events",
    "campaign_moves",
    "purchase_moves",
    "round_moves",
]
KEPT = ["campaigns", "rounds", "draws", "purchases", "provider_events"]


def test_the_database_holds_the_moves_of_the_code(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        campaign_moves = connection.execute("SELECT from_state, to_state FROM issuance.campaign_moves").fetchall()
        purchase_moves = connection.execute("SELECT from_state, to_state FROM issuance.purchase_moves").fetchall()
        round_moves = connection.execute("SELECT from_state, to_state FROM issuance.round_moves").fetchall()
    assert set(campaign_moves) == set(LEGAL_STATE_MOVES)
    assert set(round_moves) == LEGAL_ROUND_MOVES
    assert set(purchase_moves) == {
        (before, after) for before, states in LEGAL_PURCHASE_MOVES.items() for after in states
    }


def test_nothing_is_deleted_and_history_is_not_updated(database_url: str) -> None:
    statements = [
        *(f"DELETE FROM issuance.{table}" for table in HISTORY + KEPT),
        *(f"TRUNCATE issuance.{table} CASCADE" for table in HISTORY + KEPT),
        *(f"UPDATE issuance.{table} SET {_a_column(table)} = {_a_column(table)}" for table in HISTORY),
        "UPDATE issuance.rounds SET units_offered = units_offered + 1",
        "UPDATE issuance.purchases SET units = units + 1",
        "UPDATE issuance.provider_events SET body = ''",
    ]
    for statement in statements:
        with (
            psycopg.connect(database_url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="history is only added to"),
        ):
            connection.execute(statement.encode())


def _a_column(table: str) -> str:
    return {"campaign_moves": "to_state", "purchase_moves": "to_state", "draw_files": "name", "grants": "units"}.get(
        table, {"applications": "units", "forfeits": "units", "offers": "units"}.get(table, "to_state")
    )


def test_the_rules_of_an_approved_campaign_are_frozen(market: Market, database_url: str) -> None:
    market.opened()
    for change in ("rules = '{}'", "title = 'x'", "approved_by = NULL", "rules_version = 2"):
        with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"UPDATE issuance.campaigns SET {change}".encode())
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE issuance.campaigns SET state = %s", [CampaignState.DRAWN])


def test_a_finished_draw_cannot_be_changed(market: Market, database_url: str) -> None:
    market.selling([2, 1])
    for change in ("signature = 'ff'", "beacon_round = 1", "root = 'ff'", "frozen_by = second_person", "rows = 9"):
        with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"UPDATE issuance.draws SET {change}".encode())


def test_purchases_beyond_a_grant_are_refused_by_the_database_itself(market: Market, database_url: str) -> None:
    market.selling([2])
    market.bought(0, 2)
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.CheckViolation) as refused,
    ):
        connection.execute(
            """
            INSERT INTO issuance.purchases (id, grant_id, round_id, campaign_id, wallet_id, units, method, amount_yen,
                premium_yen, state, expires_at, created_at, key, fingerprint)
            SELECT gen_random_uuid(), grant_id, round_id, campaign_id, wallet_id, 1, method, 4000, 1000, 'requested',
                expires_at, created_at, gen_random_uuid(), fingerprint FROM issuance.purchases
            """
        )
    assert violated_constraint(refused.value) == "purchases_stay_within_grant"


def test_an_illegal_move_of_a_purchase_cannot_be_logged(market: Market) -> None:
    market.selling([2])
    purchase = market.bought(0, 2)
    move = PurchaseMove(purchase, PurchaseState.REFUNDED, "back to life")
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused:
        market.worker.run(lambda session: update_purchases(session, [move], PAYING))
    assert violated_constraint(refused.value) == "purchase_events_move_is_legal"


@pytest.mark.parametrize("table", ["applications", "grants", "rounds", "campaigns", "draws", "draw_files", "forfeits"])
def test_the_paying_process_can_neither_apply_nor_grant(make_database: Callable[..., Database], table: str) -> None:
    database = make_database("kashiman_pay")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
        database.run(
            lambda session: driver_connection(session).execute(f"INSERT INTO issuance.{table} DEFAULT VALUES".encode())
        )


def test_nobody_but_the_inbox_reads_the_bodies_of_notices(make_database: Callable[..., Database]) -> None:
    for role in ("kashiman_staff", "kashiman_auditor", "kashiman_worker"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            make_database(role).run(
                lambda session: driver_connection(session).execute("SELECT body FROM issuance.provider_events")
            )


def test_a_round_name_is_the_name_in_its_draw(market: Market, database_url: str) -> None:
    market.selling([1])
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT content FROM issuance.draw_files WHERE name = 'manifest.json'").fetchone()
    assert row is not None
    assert f'"campaign":"{ROUND.slug}"'.encode() in row[0]
