"""Pay a returned transfer anew."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from kernel.clock import city_date
from kernel.ids import new_id
from settlement.calendar import NO_OVERRIDES, BankDayOverrides
from settlement.model import (
    BankAccountSnapshot,
    Due,
    DuePart,
    ItemReference,
    Payer,
    Payout,
    PayoutEvent,
    PayoutItem,
    PayoutState,
)
from settlement.operations.export_payouts import export_payouts
from settlement.queries import payout_by_id
from settlement.refusals import PayoutStepNotAllowed
from settlement.rules.drafting import FileTerms, draft_payout
from settlement.rules.stepping import find_item, refuse_step
from settlement.store import closings, payouts
from settlement.zengin.model import USUAL_PROFILE, BankProfile


def reissue_payout_item(
    session: Session,
    payout_id: UUID,
    item_number: int,
    *,
    bank_account: BankAccountSnapshot,
    pay_day: date,
    by: str,
    now: datetime,
    payer: Payer,
    profile: BankProfile = USUAL_PROFILE,
    overrides: BankDayOverrides = NO_OVERRIDES,
) -> UUID:
    """Make a new payout of one item that pays what came back, and answer its id.

    It belongs to the closing of the returned item and pays the same movements with the same parts, so that no movement
    is ever in two closings and each payout's file, flight and movements have one sum. It may come back itself and be
    reissued in turn. The same again gives the first payout's id. Refuses, in this order: PayoutNotFound,
    PayoutItemNotFound, PayoutStepNotAllowed (not returned, or reissued with other facts), what write_transfer_file
    refuses, PeriodIsClosed.
    """
    closings.take_turn(session)
    payout = payout_by_id(session, payout_id)
    item = find_item(payout, item_number)
    returned = ItemReference(payout_id, item_number)
    known_id = payouts.find_reissue(session, returned)
    if known_id is not None:
        return _again(payout_by_id(session, known_id), bank_account, pay_day, returned)
    refuse_step(payout, PayoutState.REISSUED, item_number)
    draft = draft_payout(
        [_due(item)],
        {item.merchant_id: bank_account},
        FileTerms(payer, profile, pay_day, city_date(now), overrides),
        payout_id=new_id(),
        number=payouts.last_payout_number(session) + 1,
    )

    # Nothing below this line may refuse, except that the books may be closed for today.
    export_payouts(session, [draft], closing_id=payout.closing_id, by=by, now=now, reissues=returned)
    reissue = payouts.find_payout(session, draft.id)
    assert reissue is not None
    event = PayoutEvent(
        payout_id,
        PayoutState.REISSUED,
        city_date(now),
        now,
        by,
        item_number,
        journal_id=reissue.journal_id,
    )
    payouts.write_events(session, [event])
    return draft.id


def _due(item: PayoutItem) -> Due:
    parts = tuple(DuePart(line.campaign_id, line.amount_yen, line.paid_yen) for line in item.lines)
    return Due(item.merchant_id, parts)


def _again(reissue: Payout, bank_account: BankAccountSnapshot, pay_day: date, returned: ItemReference) -> UUID:
    if (reissue.pay_day, reissue.items[0].account) == (pay_day, bank_account):
        return reissue.id
    raise PayoutStepNotAllowed(
        payout_id=str(returned.payout_id),
        item_number=returned.item_number,
        state=PayoutState.REISSUED,
        asked=PayoutState.REISSUED,
    )
