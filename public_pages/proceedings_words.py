"""How the public page says what happened around a draw."""

from issuance.ceremony.model import ObjectionOutcome, ReceiptStanding
from issuance.lottery.beacon import QUICKNET
from issuance.model import Desk
from issuance.model.draws import StepKind
from kernel.pages import msgid
from public_pages.proceedings_schemas import StepAnswer

DESKS = {
    Desk.COMMERCE: msgid("商工観光課"),
    Desk.FINANCE: msgid("会計課"),
    Desk.HELP: msgid("窓口担当"),
    Desk.AUDIT: msgid("監査"),
    Desk.SYSTEM: msgid("自動の処理"),
}
STEPS = {
    StepKind.RULE_SHEET: msgid("決まりを発表"),
    StepKind.EXTENSION: msgid("しめきりを延長"),
    StepKind.CORRECTION: msgid("申し込みの一覧を訂正"),
    StepKind.SETTLEMENT: msgid("異議の受付を終了"),
    StepKind.BEACON: msgid("使う乱数の回を予約"),
    StepKind.BEACON_VALUE: msgid("発表された乱数の値を入力"),
}
STANDINGS = {
    ReceiptStanding.LISTED: msgid("控えのとおり一覧にありました"),
    ReceiptStanding.VOID: msgid("数えない申し込みでした"),
    ReceiptStanding.CHANGED_LATER: msgid("控えのあとに変更されていました"),
    ReceiptStanding.UNITS_DIFFER: msgid("控えと口数がちがいました"),
    ReceiptStanding.DROPPED: msgid("控えがあるのに一覧にありませんでした"),
}
OUTCOMES = {
    ObjectionOutcome.REJECTED: msgid("認めませんでした"),
    ObjectionOutcome.EXPLAINED: msgid("説明しました"),
    ObjectionOutcome.UPHELD: msgid("認めて、一覧を直すことにしました"),
}
EVENTS = frozenset({StepKind.EXTENSION, StepKind.CORRECTION, StepKind.SETTLEMENT})
"""Steps that changed what was announced, which are listed with their reasons."""


def offices(step: StepAnswer) -> tuple[str, str] | None:
    """For which desks two people took a step; None where that was not written down."""
    if step.proposed_desk is None or step.confirmed_desk is None:
        return None
    return DESKS[Desk(step.proposed_desk)], DESKS[Desk(step.confirmed_desk)]


def beacon_text(beacon_id: str) -> str:
    """A source of public random values as people call it."""
    return msgid("世界の団体が共同で出している乱数(drand)") if beacon_id == QUICKNET else beacon_id
