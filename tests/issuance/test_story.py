"""A campaign from the idea to the lots in the wallets, and the figures of it."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuance.lottery import verifier
from issuance.lottery.receipts import verify_receipt
from issuance.model import ApplicationReceipt
from issuance.operations.offer_waiting_list import offer_waiting_list
from issuance.operations.sell_at_counter import sell_at_counter
from issuance.purchase_model import CounterSale, Purchase, PurchaseState
from issuance.queries import campaign_figures, draw_files, my_purchases
from ledger.model import AccountKind, shared_account
from ledger.queries import account_totals
from tests.issuance.market import (
    FIRST_COME,
    HANA,
    OPENS,
    PAY_UNTIL,
    PAYING,
    SIGNATURE,
    SIGNER,
    Market,
    application,
    person,
)

ASKED = [5, 3, 2, 5, 1]


def test_winners_buy_what_the_draw_gave_them_and_the_books_agree(market: Market) -> None:
    summary = market.selling(ASKED)
    granted = {number: grants[0].units for number in range(5) if (grants := market.grants(number))}
    assert sum(granted.values()) == summary.granted_units == 10
    assert summary.waiting_units == 6
    assert summary.signature_hex == SIGNATURE

    for number in range(4):
        paid = market.pay(market.bought(number, granted[number]))
        assert isinstance(paid, Purchase)
        assert paid.state is PurchaseState.PAID
    sale = CounterSale("till-1", granted[4], HANA.id, "city-hall", round_id=market.round_id, person_id=person(4))
    (sold,) = market.staff.run(lambda session: sell_at_counter(session, [sale], now=PAYING))
    assert isinstance(sold, Purchase)

    for number, units in granted.items():
        (lot,) = market.lots(number)
        assert (lot.paid_left_yen, lot.premium_left_yen) == (4_000 * units, 1_000 * units)
        assert market.grants(number)[0].units_left == 0
    figures = market.worker.run(lambda session: campaign_figures(session, market.campaign_id))
    assert figures is not None
    assert (figures.units_bought, figures.paid_yen, figures.premium_yen) == (10, 40_000, 10_000)
    (round_,) = figures.rounds
    assert (round_.applicants, round_.units_applied, round_.units_granted) == (5, 16, 10)
    _books_agree(market, provider_yen=40_000 - 4_000 * granted[4], cash_yen=4_000 * granted[4])


def _books_agree(market: Market, *, provider_yen: int, cash_yen: int) -> None:
    clearing = shared_account(AccountKind.PROVIDER_CLEARING, reference="stripe")
    cash = shared_account(AccountKind.COUNTER_CASH, reference="city-hall")
    funding = shared_account(AccountKind.PREMIUM_FUNDING, campaign_id=market.campaign_id)
    totals = market.worker.run(lambda session: account_totals(session, [clearing, cash, funding]))
    assert totals[clearing.id].debit_yen == provider_yen
    assert totals[cash.id].debit_yen == cash_yen
    assert totals[funding.id].debit_yen == (provider_yen + cash_yen) // 4


def test_anybody_can_verify_the_published_files(market: Market, tmp_path: Path) -> None:
    market.selling(ASKED)
    files = market.worker.run(lambda session: draw_files(session, market.round_id))
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    report: list[str] = []
    assert verifier.verify(tmp_path, strict=True, write=report.append) == 0
    assert report[-1] == "RESULT verified"


def test_receipts_carry_the_signature_of_the_city(market: Market) -> None:
    round_id = market.opened()
    (outcome,) = market.submit(application(round_id, 0, 3))
    assert isinstance(outcome, ApplicationReceipt)
    key: Ed25519PublicKey = SIGNER.key.public_key()
    verify_receipt(outcome.receipt, key)
    assert outcome.receipt.campaign == "premium-2023-1"
    assert outcome.received_at == OPENS


def test_unpaid_units_pass_down_the_waiting_list_with_a_deadline_of_their_own(market: Market) -> None:
    market.selling(ASKED)
    granted = {number: market.grants(number)[0].units for number in range(5)}
    keeps, loses = 0, 1
    market.pay(market.bought(keeps, granted[keeps]))

    run = market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=PAY_UNTIL))
    assert run.forfeited_units == 10 - granted[keeps]
    offered = sum(offer.units for offer in run.offers)
    assert offered + run.left_units == run.forfeited_units
    assert Counter(offer.receipt for offer in run.offers) == {market.grants(keeps)[0].receipt: 5 - granted[keeps]}
    assert run.pay_until == PAY_UNTIL + timedelta(days=8)
    assert market.grants(loses, PAY_UNTIL)[0].units_left == 0

    offer = market.grants(keeps, PAY_UNTIL)[1]
    assert (offer.units, offer.units_left, offer.pay_until) == (5 - granted[keeps], 5 - granted[keeps], run.pay_until)
    paid = market.pay(market.bought(keeps, offer.units, "second", PAY_UNTIL), PAY_UNTIL)
    assert isinstance(paid, Purchase)
    assert sum(item.units for item in market.worker.run(lambda s: my_purchases(s, person(keeps)))) == 5

    later = market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=run.pay_until))
    assert (later.forfeited_units, later.offers) == (0, ())


def test_a_remainder_round_sells_what_nobody_bought(market: Market) -> None:
    market.selling([2, 2], offered=20)
    market.pay(market.bought(0, 2))
    run = market.worker.run(lambda session: offer_waiting_list(session, market.round_id, now=PAY_UNTIL))
    assert (run.forfeited_units, run.offers, run.left_units) == (2, (), 2)

    opens = PAY_UNTIL + timedelta(days=1)
    rest = replace(
        FIRST_COME,
        units_offered=18,
        opens_at=opens,
        closes_at=opens + timedelta(days=10),
        pay_from=opens,
        pay_until=opens + timedelta(days=11),
    )
    market.open_round(rest, PAY_UNTIL)
    market.submit(application(market.round_id, 1, 5), application(market.round_id, 7, 5), now=opens)
    for number in (1, 7):
        paid = market.pay(market.bought(number, 5, "rest", opens), opens)
        assert isinstance(paid, Purchase)
    figures = market.worker.run(lambda session: campaign_figures(session, market.campaign_id))
    assert figures is not None
    assert [(item.units_granted, item.units_forfeited, item.units_bought) for item in figures.rounds] == [
        (4, 2, 2),
        (10, 0, 10),
    ]
    assert (figures.paid_yen, figures.premium_yen, figures.units_bought) == (48_000, 12_000, 12)
