"""What a merchant is told of its closings (精算書), and the same as a table for a spreadsheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from issuance.queries import find_campaign
from kernel.clock import CITY_ZONE
from kernel.db import Session
from kernel.documents import csv_bytes
from kernel.pages import msgid
from merchants.queries import store_names
from payments.codes.payment_number import payment_number
from payments.queries import Movement, movements_by_ids
from settlement.model import CarryOverReason
from settlement.queries import list_closings_of_merchant, merchant_statement, transfers_to_merchant, unsettled_movements
from settlement.refusals import ClosingNotFound, StatementNotFound
from settlement.views import MerchantStatement, MerchantTransfer, MovementRow

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
UNSETTLED_ROWS_MAX = 200
WAITS_BECAUSE: dict[CarryOverReason, str] = {
    CarryOverReason.NOTHING_DUE: msgid("取消・返金のほうが多いか、同じ金額です。"),
    CarryOverReason.CAMPAIGN_NEGATIVE: msgid("この事業では、取消・返金のほうが多くなっています。"),
    CarryOverReason.PARTS_UNEVEN: msgid("有償分とプレミアム分を、いっしょに振り込めない内訳です。"),
    CarryOverReason.BELOW_MINIMUM: msgid("振込の最低額に届いていません。"),
    CarryOverReason.BANK_ACCOUNT_MISSING: msgid("振込先の口座が、まだ登録されていません。"),
    CarryOverReason.BANK_ACCOUNT_UNUSABLE: msgid("振込先の口座の名義などに、銀行で使えない文字があります。"),
}
KIND_WORDS = {
    "payment": msgid("支払"),
    "hold_captured": msgid("支払(仮押さえの確定)"),
    "payment_voided": msgid("取消"),
    "payment_refunded": msgid("返金"),
}


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """A statement of the viewer's merchant, with the titles of its campaigns; one that is not known has none."""

    statement: MerchantStatement
    campaign_titles: dict[UUID, str]

    def title_of(self, campaign_id: UUID) -> str:
        return self.campaign_titles.get(campaign_id, "")


@dataclass(frozen=True, slots=True)
class ExplainedMovement:
    """A movement with the payment it belongs to and the store of that; a correction of the books has neither."""

    movement: MovementRow
    payment_id: UUID | None
    store_name: str

    @property
    def number(self) -> str:
        """The eight digits of the payment that people read out."""
        return payment_number(self.payment_id or self.movement.journal_id)


@dataclass(frozen=True, slots=True)
class KindOfMovements:
    """All movements of one kind in a statement; what was given back is negative yen."""

    journal_kind: str
    count: int
    rows: tuple[ExplainedMovement, ...]

    @property
    def amount_yen(self) -> int:
        return sum(row.movement.amount_yen for row in self.rows)

    @property
    def paid_yen(self) -> int:
        return sum(row.movement.paid_yen for row in self.rows)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The sum of the kinds less the fee is what was sent to the bank."""

    kinds: tuple[KindOfMovements, ...]
    transfers: tuple[MerchantTransfer, ...]
    fee_yen: int

    @property
    def transferred_yen(self) -> int:
        return sum(each.amount_yen for each in self.kinds) - self.fee_yen


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


def breakdown(session: Session, own: OwnStatement) -> Breakdown:
    """Why a statement pays what it pays: its movements kind by kind, what a fee took, and what was sent to the bank."""
    statement = own.statement
    found = movements_by_ids(session, [each.journal_id for each in statement.movements])
    transfers = transfers_to_merchant(session, statement.closing.id, statement.merchant_id)
    names = store_names(session, {each.store_id for each in found.values()})
    return Breakdown(
        kinds=tuple(_kinds(own, found, names)),
        transfers=tuple(transfers),
        fee_yen=statement.paid_yen - _sent_yen(transfers),
    )


def unsettled_rows(session: Session, merchant_id: UUID) -> list[ExplainedMovement]:
    """The newest movements of a merchant that are in no statement yet, at most UNSETTLED_ROWS_MAX."""
    movements = unsettled_movements(session, merchant_id, UNSETTLED_ROWS_MAX)
    found = movements_by_ids(session, [each.journal_id for each in movements])
    names = store_names(session, {each.store_id for each in found.values()})
    return [_row(each, found, names) for each in movements]


def _sent_yen(transfers: Sequence[MerchantTransfer]) -> int:
    """A reissue sends the same money again."""
    return sum(each.amount_yen for each in transfers if not each.is_reissue)


def _kinds(own: OwnStatement, found: Mapping[UUID, Movement], names: Mapping[UUID, str]) -> Iterator[KindOfMovements]:
    movements = own.statement.movements
    in_order = dict.fromkeys([*KIND_WORDS, *(each.journal_kind for each in movements)])
    for kind in in_order:
        rows = tuple(_row(each, found, names) for each in movements if each.journal_kind == kind)
        if rows:
            yield KindOfMovements(kind, len({row.movement.journal_id for row in rows}), rows)


def _row(movement: MovementRow, found: Mapping[UUID, Movement], names: Mapping[UUID, str]) -> ExplainedMovement:
    known = found.get(movement.journal_id)
    if known is None:
        return ExplainedMovement(movement, None, "")
    return ExplainedMovement(movement, known.payment_id, names.get(known.store_id, ""))


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
