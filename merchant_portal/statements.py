"""What a merchant is told of its closings (精算書), and the same as a table for a spreadsheet."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from issuance.queries import find_campaign
from kernel.clock import CITY_ZONE
from kernel.db import Session
from settlement.queries import list_closings_of_merchant, merchant_statement
from settlement.refusals import ClosingNotFound, StatementNotFound
from settlement.rules.spreadsheet import csv_bytes
from settlement.views import MerchantStatement

CSV_TITLES = (
    "締め番号",
    "締め日",
    "振込日",
    "日時",
    "種別",
    "金額",
    "有償分",
    "プレミアム分",
    "事業",
    "取引番号",
)
KIND_WORDS = {
    "payment": "支払",
    "hold_captured": "支払(仮押さえの確定)",
    "payment_voided": "取消",
    "payment_refunded": "返金",
}


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement of the viewer's merchant, with the titles of its campaigns; one that is not known has none."""

    statement: MerchantStatement
    campaign_titles: dict[UUID, str]

    def title_of(self, campaign_id: UUID) -> str:
        return self.campaign_titles.get(campaign_id, "")


def own_statements(session: Session, merchant_id: UUID) -> list[MerchantStatement]:
    """All statements of a merchant, the newest first."""
    closings = list_closings_of_merchant(session, merchant_id)
    return [merchant_statement(session, closing.id, merchant_id) for closing in closings]


def own_statement(session: Session, closing_id: UUID, merchant_id: UUID) -> OwnStatement:
    """One statement of a merchant.

    Refuses StatementNotFound, the same for a closing in which others alone are paid as for none.
    """
    try:
        statement = merchant_statement(session, closing_id, merchant_id)
    except ClosingNotFound:
        raise StatementNotFound(closing_id=str(closing_id), merchant_id=str(merchant_id)) from None
    campaigns = [find_campaign(session, line.campaign_id) for line in statement.statements]
    return OwnStatement(statement, {campaign.id: campaign.title for campaign in campaigns if campaign})


def next_payout(session: Session, merchant_id: UUID, today: date) -> MerchantStatement | None:
    """The statement that is paid next, today included; None when no transfer to the merchant is to come."""
    coming = [closing for closing in list_closings_of_merchant(session, merchant_id) if closing.pay_day >= today]
    statements = (merchant_statement(session, closing.id, merchant_id) for closing in reversed(coming))
    return next((statement for statement in statements if statement.paid_yen > 0), None)


def statement_csv(own: OwnStatement) -> bytes:
    """The movements that a statement pays, one row each in the city's time; what was given back is negative yen."""
    closing = own.statement.closing
    head = (closing.number, closing.cutoff_day.isoformat(), closing.pay_day.isoformat())
    rows = [
        (
            *head,
            f"{each.event_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M:%S}",
            kind_word(each.journal_kind),
            each.amount_yen,
            each.paid_yen,
            each.amount_yen - each.paid_yen,
            own.title_of(each.campaign_id),
            str(each.journal_id),
        )
        for each in own.statement.movements
    ]
    return csv_bytes(CSV_TITLES, rows)


def csv_name(own: OwnStatement) -> str:
    """The name under which the table is saved."""
    closing = own.statement.closing
    return f"statement-{closing.number}-{closing.cutoff_day:%Y%m%d}.csv"


def kind_word(journal_kind: str) -> str:
    """The word for a kind of movement; one without a word keeps its own name."""
    return KIND_WORDS.get(journal_kind, journal_kind)
