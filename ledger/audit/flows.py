"""What moved in all, by kind of journal, kinds of accounts, campaign and part."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from ledger.audit.report import AuditFigures, Findings

FLOWS = """
SELECT coalesce(j.kind, 'no journal'), coalesce(d.kind, 'no account'), coalesce(c.kind, 'no account'),
       d.campaign_id, c.campaign_id, count(*),
       sum(t.amount_yen)::bigint, sum(t.paid_yen)::bigint,
       count(*) FILTER (WHERE t.paid_yen <> t.amount_yen), count(*) FILTER (WHERE t.paid_yen <> 0)
FROM ledger.transfers AS t
LEFT JOIN ledger.journals AS j ON j.id = t.journal_id
LEFT JOIN ledger.accounts AS d ON d.id = t.debit_account_id
LEFT JOIN ledger.accounts AS c ON c.id = t.credit_account_id
GROUP BY j.kind, d.kind, c.kind, d.campaign_id, c.campaign_id
"""
LOTS_LEFT = """
SELECT campaign_id, sum(paid_left_yen)::bigint, sum(premium_left_yen)::bigint FROM ledger.lots GROUP BY campaign_id
"""
HOLDS_LEFT = """
SELECT coalesce(sum(paid_left_yen), 0)::bigint, coalesce(sum(premium_left_yen), 0)::bigint FROM ledger.holds
"""
COUNTS = """
SELECT (SELECT count(*) FROM ledger.journals), (SELECT count(*) FROM ledger.journals WHERE kind = 'payment')
"""

MONEY = ("provider_clearing", "counter_cash")
MOVES: dict[tuple[str, str, str], str] = {
    **{("voucher_sold", money, "lot"): "paid" for money in MONEY},
    ("voucher_sold", "premium_funding", "lot"): "premium",
    **{("sale_cancelled", "lot", money): "paid" for money in MONEY},
    ("sale_cancelled", "lot", "premium_funding"): "premium",
    ("points_granted", "point_funding", "lot"): "premium",
    ("payment", "lot", "merchant_payable"): "mixed",
    ("payment", "coupon_funding", "merchant_payable"): "premium",
    **{(given_back, "merchant_payable", "lot"): "mixed" for given_back in ("payment_voided", "payment_refunded")},
    ("payment_voided", "merchant_payable", "coupon_funding"): "premium",
    ("payment_refunded", "merchant_payable", "coupon_funding"): "premium",
    ("hold_placed", "lot", "held"): "mixed",
    ("hold_captured", "held", "merchant_payable"): "mixed",
    ("hold_captured", "held", "city_fees"): "mixed",
    ("hold_released", "held", "lot"): "mixed",
    ("lot_expired", "lot", "breakage_paid"): "paid",
    ("lot_expired", "lot", "breakage_premium"): "premium",
    ("expiry_reversed", "breakage_paid", "lot"): "paid",
    ("expiry_reversed", "breakage_premium", "lot"): "premium",
    ("settlement_closed", "merchant_payable", "payout_in_flight"): "mixed",
    ("payout_settled", "payout_in_flight", "bank"): "mixed",
    ("payout_returned", "payout_in_flight", "merchant_payable"): "mixed",
    ("provider_paid_out", "bank", "provider_clearing"): "mixed",
    ("provider_paid_out", "provider_fees", "provider_clearing"): "mixed",
}
"""Journal kind, debited kind, credited kind, and which part may move."""


class Flow(NamedTuple):
    """All transfers of one move between two campaigns' accounts (usually the same one)."""

    journal: str
    debit: str
    credit: str
    debit_campaign: UUID | None
    credit_campaign: UUID | None
    transfers: int
    amount_yen: int
    paid_yen: int
    not_all_paid: int
    somewhat_paid: int


class Life(NamedTuple):
    """Where the issued yen of one part are; issued = spent + held + expired + remaining."""

    issued: int
    spent: int
    held: int
    expired: int


def read_flows(connection: psycopg.Connection[Any]) -> list[Flow]:
    """Sum up all transfers by what they moved."""
    return [Flow(*row) for row in connection.execute(FLOWS)]


def check_flows(connection: psycopg.Connection[Any], flows: Sequence[Flow], findings: Findings) -> None:
    """Every move is legal, of its part, within one campaign; and no yen of any campaign and part was lost or made."""
    for flow in flows:
        move = f"{flow.journal}: {flow.debit} -> {flow.credit}"
        part = MOVES.get((flow.journal, flow.debit, flow.credit))
        wrong = {"paid": flow.not_all_paid, "premium": flow.somewhat_paid, "mixed": 0, None: 0}[part]
        findings.compare("move is legal", move, "an allowed move", "an allowed move" if part else flow.transfers)
        findings.compare("move is of its part", move, f"0 not {part}", f"{wrong} not {part}")
        campaigns = {flow.debit_campaign, flow.credit_campaign} - {None}
        findings.compare("move stays in its campaign", move, True, len(campaigns) <= 1)
    _check_lives(connection, flows, findings)


def _check_lives(connection: psycopg.Connection[Any], flows: Sequence[Flow], findings: Findings) -> None:
    left: dict[UUID | None, tuple[int, int]] = {row[0]: (row[1], row[2]) for row in connection.execute(LOTS_LEFT)}
    by_campaign: defaultdict[UUID | None, list[Flow]] = defaultdict(list)
    for flow in flows:
        by_campaign[_campaign(flow)].append(flow)
    held = [0, 0]
    for campaign_id in left.keys() | by_campaign.keys():
        for index, part in enumerate(("paid", "premium")):
            life = _life(by_campaign[campaign_id], _paid if part == "paid" else _premium)
            held[index] += life.held
            expected = life.issued - life.spent - life.held - life.expired
            found = left.get(campaign_id, (0, 0))[index]
            findings.compare("issued is all accounted for", f"campaign {campaign_id}, {part}", expected, found)
    (holds_left,) = connection.execute(HOLDS_LEFT).fetchall()
    findings.compare("held is all accounted for", "paid and premium", tuple(held), tuple(holds_left))


def figures_of(connection: psycopg.Connection[Any], flows: Sequence[Flow]) -> AuditFigures:
    """The figures of the report."""
    (journals, payments), *_ = connection.execute(COUNTS).fetchall()
    paid, premium = _life(flows, _paid), _life(flows, _premium)
    voided = _sum(flows, _amount, "payment_voided")
    refunded = _sum(flows, _amount, "payment_refunded")
    settled = _sum(flows, _amount, "payout_settled")
    whole = [sum(parts) for parts in zip(paid, premium, strict=True)]
    return AuditFigures(
        issued_yen=whole[0],
        issued_paid_yen=paid.issued,
        issued_premium_yen=premium.issued,
        spent_yen=whole[1],
        coupons_yen=_net(flows, "coupon_funding", debit_sign=1),
        payments=payments,
        refunded_yen=voided + refunded,
        payments_voided_yen=voided,
        payments_refunded_yen=refunded,
        held_yen=whole[2],
        expired_yen=whole[3],
        remaining_yen=whole[0] - whole[1] - whole[2] - whole[3],
        payable_yen=_net(flows, "merchant_payable", debit_sign=-1),
        in_flight_yen=_net(flows, "payout_in_flight", debit_sign=-1),
        settled_yen=settled,
        predicted_bank_yen=_net(flows, "bank", debit_sign=1),
        journals=journals,
        transfers=sum(flow.transfers for flow in flows),
    )


def _life(flows: Iterable[Flow], part: Callable[[Flow], int]) -> Life:
    flows = list(flows)
    captured = _sum(flows, part, "hold_captured")
    given_back = _sum(flows, part, "payment_voided", credit="lot") + _sum(flows, part, "payment_refunded", credit="lot")
    return Life(
        issued=_sum(flows, part, "voucher_sold")
        + _sum(flows, part, "points_granted")
        - _sum(flows, part, "sale_cancelled"),
        spent=_sum(flows, part, "payment", debit="lot") - given_back + captured,
        held=_sum(flows, part, "hold_placed") - _sum(flows, part, "hold_released") - captured,
        expired=_sum(flows, part, "lot_expired") - _sum(flows, part, "expiry_reversed"),
    )


def _campaign(flow: Flow) -> UUID | None:
    """The campaign whose value moved: the lot's, or that of what a hold was captured to."""
    if "lot" in (flow.debit, flow.credit):
        return flow.debit_campaign if flow.debit == "lot" else flow.credit_campaign
    return flow.credit_campaign or flow.debit_campaign


def _sum(
    flows: Iterable[Flow],
    part: Callable[[Flow], int],
    journal: str,
    *,
    debit: str | None = None,
    credit: str | None = None,
) -> int:
    return sum(
        part(flow)
        for flow in flows
        if flow.journal == journal and debit in (None, flow.debit) and credit in (None, flow.credit)
    )


def _net(flows: Iterable[Flow], account: str, *, debit_sign: int) -> int:
    """The balance of all accounts of a kind, counted on the side on which they grow."""
    return debit_sign * sum(flow.amount_yen * ((flow.debit == account) - (flow.credit == account)) for flow in flows)


def _amount(flow: Flow) -> int:
    return flow.amount_yen


def _paid(flow: Flow) -> int:
    return flow.paid_yen


def _premium(flow: Flow) -> int:
    return flow.amount_yen - flow.paid_yen
