"""The finance desk: closings, payouts, the bank's files."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from identity.queries import all_staff
from kernel.clock import city_date
from kernel.db import Session
from ledger.model import AccountKind, shared_account
from ledger.queries import account_totals
from merchants.queries import bank_accounts, merchants_by_ids
from merchants.refusals import MerchantUnknown
from settlement.calendar import pay_date
from settlement.model import Payout
from settlement.operations.close_settlement import Closed, close_settlement
from settlement.operations.reissue_payout_item import reissue_payout_item
from settlement.queries import list_closings, list_payouts, list_statements, payout_by_id, payout_file, settlement_csv
from settlement.refusals import ClosingNotFound
from settlement.rules.stepping import find_item, item_state, payout_state
from settlement.views import ClosingSummary
from settlement.zengin.read_transfer_file import read_transfer_file
from staff_console.desks.campaign_titles import campaign_titles
from staff_console.desks.payees import all_merchant_ids, payee_accounts
from staff_console.finance_schemas import (
    ClosingAnswer,
    ClosingDetailAnswer,
    PayoutAnswer,
    PayoutDetailAnswer,
    PayoutItemAnswer,
    StatementAnswer,
)
from staff_console.parts import ConsoleParts


def closings(session: Session) -> list[ClosingAnswer]:
    """All closings, the newest first."""
    names = _staff_names(session)
    return [ClosingAnswer(**_closing_facts(summary, names)) for summary in list_closings(session)]


def closing_detail(session: Session, closing_id: UUID) -> ClosingDetailAnswer:
    """A closing with its payouts and statements. Refuses: ClosingNotFound."""
    summary = _closing(session, closing_id)
    payouts = [_payout_facts(session, payout_by_id(session, each.id)) for each in list_payouts(session, closing_id)]
    return ClosingDetailAnswer(
        **_closing_facts(summary, _staff_names(session)),
        payouts=[PayoutAnswer(**facts) for facts in payouts],
        statements=_statements(session, closing_id),
    )


def payout_detail(session: Session, payout_id: UUID, *, now: datetime) -> PayoutDetailAnswer:
    """A payout with its transfers, and whose account is another one by now. Refuses: PayoutNotFound."""
    payout = payout_by_id(session, payout_id)
    merchant_ids = {item.merchant_id for item in payout.items}
    names = _merchant_names(session, merchant_ids)
    in_force = {each: account.account_id for each, account in bank_accounts(session, merchant_ids, at=now).items()}
    items = [
        PayoutItemAnswer(
            item_number=item.item_number,
            merchant_id=item.merchant_id,
            merchant_name=names[item.merchant_id],
            payee_name=item.account.payee_name,
            account_ending=item.account.account_number[-3:],
            account_changed=item.account.bank_account_id not in (None, in_force.get(item.merchant_id)),
            amount_yen=item.amount_yen,
            state=item_state(payout, item.item_number),
        )
        for item in payout.items
    ]
    return PayoutDetailAnswer(**_payout_facts(session, payout), items=items)


def statements_csv(session: Session, closing_id: UUID) -> bytes:
    """The statements of a closing for a spreadsheet. Refuses: ClosingNotFound."""
    statements = list_statements(session, closing_id)
    return settlement_csv(
        session,
        closing_id,
        merchant_names=_merchant_names(session, {each.merchant_id for each in statements}),
        campaign_names=campaign_titles(session),
    )


def pay_day_of(parts: ConsoleParts, cutoff_day: date) -> date:
    """When the city's calendar pays what is closed on a day."""
    return pay_date(cutoff_day, parts.pay_rule)


def close_through(
    session: Session,
    parts: ConsoleParts,
    *,
    cutoff_day: date,
    pay_day: date | None,
    closed_by: UUID,
    key: str,
    now: datetime,
) -> Closed:
    """Close a settlement with the accounts that the merchants have today.

    Refuses what `pay_date` refuses when no pay day is named, then as `close_settlement`.
    """
    return close_settlement(
        session,
        cutoff_day=cutoff_day,
        pay_day=pay_day or pay_day_of(parts, cutoff_day),
        closed_by=str(closed_by),
        now=now,
        payer=parts.payer,
        bank_accounts=payee_accounts(session, parts.bank_profile, all_merchant_ids(session), at=now),
        key=key,
        profile=parts.bank_profile,
    )


def reissue(
    session: Session,
    parts: ConsoleParts,
    payout_id: UUID,
    item_number: int,
    *,
    pay_day: date,
    by: UUID,
    now: datetime,
) -> UUID:
    """Pay a returned transfer anew, to the account that the merchant has today; gives the new payout's id.

    Refuses, in this order: PayoutNotFound, PayoutItemNotFound, MerchantUnknown, then as `reissue_payout_item`.
    """
    item = find_item(payout_by_id(session, payout_id), item_number)
    account = payee_accounts(session, parts.bank_profile, [item.merchant_id], at=now).get(item.merchant_id)
    if account is None:
        raise MerchantUnknown(str(item.merchant_id))
    return reissue_payout_item(
        session,
        payout_id,
        item_number,
        bank_account=account,
        pay_day=pay_day,
        by=str(by),
        now=now,
        payer=parts.payer,
        profile=parts.bank_profile,
    )


def _closing(session: Session, closing_id: UUID) -> ClosingSummary:
    for summary in list_closings(session):
        if summary.id == closing_id:
            return summary
    raise ClosingNotFound(closing_id=str(closing_id))


def _closing_facts(summary: ClosingSummary, staff_names: dict[str, str]) -> dict[str, Any]:
    closed_by = staff_names.get(summary.closed_by, summary.closed_by)
    facts = summary._replace(closed_by=closed_by)._asdict()
    return {"closing_id": facts.pop("id"), **facts}


def _payout_facts(session: Session, payout: Payout) -> dict[str, Any]:
    file = payout_file(session, payout.id)
    read = read_transfer_file(file.file_bytes, written_on=city_date(payout.created_at))
    account = shared_account(AccountKind.PAYOUT_IN_FLIGHT, reference=str(payout.id))
    totals = account_totals(session, [account])[account.id]
    return {
        "payout_id": payout.id,
        "closing_id": payout.closing_id,
        "number": payout.number,
        "pay_day": payout.pay_day,
        "state": payout_state(payout),
        "is_reissue": payout.reissues is not None,
        "item_count": len(payout.items),
        "items_yen": payout.total_yen,
        "file_yen": read.total_yen,
        "put_in_flight_yen": totals.credit_yen,
        "left_in_flight_yen": totals.credit_yen - totals.debit_yen,
        "agrees": payout.total_yen == read.total_yen == totals.credit_yen,
        "file_name": file.file_name,
        "file_sha256": file.file_sha256,
    }


def _statements(session: Session, closing_id: UUID) -> list[StatementAnswer]:
    found = list_statements(session, closing_id)
    merchants = merchants_by_ids(session, {each.merchant_id for each in found})
    titles = campaign_titles(session)
    return [
        StatementAnswer(
            **each._asdict(),
            merchant_code=merchants[each.merchant_id].merchant_code,
            merchant_name=merchants[each.merchant_id].legal_name,
            campaign_title=titles.get(each.campaign_id, ""),
        )
        for each in sorted(found, key=lambda each: (merchants[each.merchant_id].merchant_code, each.campaign_id))
    ]


def _merchant_names(session: Session, merchant_ids: set[UUID]) -> dict[UUID, str]:
    return {
        merchant_id: merchant.legal_name for merchant_id, merchant in merchants_by_ids(session, merchant_ids).items()
    }


def _staff_names(session: Session) -> dict[str, str]:
    return {str(member.staff_id): member.display_name for member in all_staff(session)}
