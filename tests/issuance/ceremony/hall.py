"""Steps of the ceremony as the two people of city hall take them, one transaction each."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from issuance.ceremony.model import CheckedReceipt, PublishedDay, SuppliedBeacon
from issuance.ceremony.operations.ask_correction import ask_correction
from issuance.ceremony.operations.ask_extension import ask_extension
from issuance.ceremony.operations.ask_settlement import ask_settlement
from issuance.ceremony.operations.check_receipt import check_receipt
from issuance.ceremony.operations.confirm_correction import confirm_correction
from issuance.ceremony.operations.confirm_extension import confirm_extension
from issuance.ceremony.operations.confirm_settlement import confirm_settlement
from issuance.ceremony.operations.publish_daily_root import publish_daily_root
from issuance.ceremony.operations.record_objection import record_objection
from issuance.ceremony.operations.supply_beacon import supply_beacon
from issuance.lottery.receipts import SignedReceipt, sign_receipt
from issuance.model import ApplicationReceipt, ApplicationRequest, Clerk, ClosedRound
from issuance.model.draws import VoidReason
from issuance.operations.close_round import close_round
from issuance.operations.freeze_draw import freeze_draw
from issuance.queries import draw_files
from kernel.refusals import Refusal
from tests.issuance.market import (
    CLOSES,
    FROZEN,
    FUMI,
    HANA,
    OPENS,
    RECEIPT_KEYS,
    SECRET,
    SIGNER,
    Market,
    application,
    contents,
)

DISPUTED = CLOSES + timedelta(days=1)
TABLES = [
    f"issuance.{table}"
    for table in ("rounds", "draws", "draw_files", "draw_steps", "draw_voids", "daily_roots", "objections", "grants")
]


def refused(market: Market, work: Callable[[], object]) -> Refusal:
    """The refusal of a step that changed nothing."""
    before = contents(market.staff, *TABLES)
    with pytest.raises(Refusal) as no:
        work()
    assert contents(market.staff, *TABLES) == before
    return no.value


def files(market: Market) -> Mapping[str, bytes]:
    return market.staff.run(lambda session: draw_files(session, market.round_id))


def close(market: Market, **facts: object) -> ClosedRound:
    close_ = {"now": CLOSES, **facts}
    return market.staff.run(lambda session: close_round(session, market.round_id, **close_))  # type: ignore[arg-type]


def closed(market: Market, *units: int) -> list[SignedReceipt]:
    """Applications of persons 0, 1, 2, … in a list that is closed; gives their receipts."""
    market.opened()
    receipts = applied(market, *(application(market.round_id, number, asked) for number, asked in enumerate(units)))
    close(market)
    return receipts


def applied(market: Market, *requests: ApplicationRequest, now: datetime = OPENS) -> list[SignedReceipt]:
    outcomes = market.submit(*requests, now=now)
    assert all(isinstance(outcome, ApplicationReceipt) for outcome in outcomes), outcomes
    return [outcome.receipt for outcome in outcomes if isinstance(outcome, ApplicationReceipt)]


def in_household(request: ApplicationRequest, household: int) -> ApplicationRequest:
    return replace(request, household_id=UUID(int=household))


def publish_days(market: Market, now: datetime) -> list[PublishedDay]:
    return market.worker.run(lambda session: publish_daily_root(session, market.round_id, now=now))


def ask_later(
    market: Market, closes_at: datetime, draw_at: datetime | None = None, *, now: datetime, by: Clerk = HANA
) -> None:
    market.staff.run(
        lambda session: ask_extension(
            session, market.round_id, closes_at=closes_at, draw_at=draw_at, reason="台風", by=by, now=now
        )
    )


def confirm_later(market: Market, *, now: datetime, by: Clerk = FUMI) -> datetime:
    return market.staff.run(lambda session: confirm_extension(session, market.round_id, by=by, now=now))


def checked(market: Market, receipt: SignedReceipt) -> CheckedReceipt:
    members = receipt.members()
    return market.staff.run(lambda session: check_receipt(session, market.round_id, members, receipt_keys=RECEIPT_KEYS))


def signed(market: Market, receipt: str, units: int, version: int = 1) -> SignedReceipt:
    """A receipt as the city signs it."""
    return sign_receipt(
        SIGNER.key, SIGNER.kid, campaign="premium-2023-1", receipt=receipt, version=version, units=units,
        received_at=OPENS,
    )  # fmt: skip


def objects(
    market: Market,
    receipt: SignedReceipt | None = None,
    *,
    text: str = "わたしの番号がありません",
    now: datetime = DISPUTED,
) -> UUID:
    presented = receipt.members() if receipt else None
    return market.staff.run(
        lambda session: record_objection(
            session, market.round_id, text=text, presented=presented, receipt_keys=RECEIPT_KEYS, by=HANA, now=now
        )
    )


def settle(market: Market, *, now: datetime = DISPUTED, second: Clerk = FUMI) -> None:
    """Both people say that the dispute is over."""
    market.staff.run(lambda session: ask_settlement(session, market.round_id, reason="異議なし", by=HANA, now=now))
    market.staff.run(lambda session: confirm_settlement(session, market.round_id, by=second, now=now))


def correct(market: Market, excluded: Mapping[str, VoidReason], *, now: datetime = DISPUTED) -> ClosedRound:
    """Both people publish a list that leaves out exactly these."""
    market.staff.run(
        lambda session: ask_correction(
            session, market.round_id, excluded=excluded, reason="申出により", by=HANA, now=now
        )
    )
    return market.staff.run(
        lambda session: confirm_correction(session, market.round_id, campaign_key=None, by=FUMI, now=now)
    )


def freeze(
    market: Market, *, by: Clerk = FUMI, now: datetime = FROZEN, reveals: tuple[str, ...] | None = None
) -> bytes:
    secrets = (SECRET.hex(),) if reveals is None else reveals
    return market.staff.run(lambda session: freeze_draw(session, market.round_id, reveals=secrets, by=by, now=now))


def supply(market: Market, content: bytes, by: Clerk, now: datetime) -> SuppliedBeacon:
    return market.staff.run(lambda session: supply_beacon(session, market.round_id, content=content, by=by, now=now))
