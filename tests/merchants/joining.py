"""An invented application, as it is typed and as it is sent in."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from kernel.db import Database, Session
from kernel.ids import derived_id
from merchants.model import (
    ApplicationContent,
    ApplicationReceipt,
    ApplicationStep,
    ApplicationStore,
    BankAccount,
    BankAccountKind,
    Business,
)
from merchants.operations.move_shop_application import move_shop_application
from merchants.operations.save_joining_draft import save_joining_draft
from merchants.operations.submit_shop_application import submit_shop_application
from merchants.rules.pledge import PLEDGE

SECRET = "the secret of one browser"
FIRST, SECOND = derived_id("staff", "first clerk"), derived_id("staff", "second clerk")
CENTRE = ApplicationStore(
    display_name="髙﨑商店 中央店",
    name_latin="Takasaki Shoten",
    district="鹿島",
    postal_code="849-1312",
    address="鹿島市大字納富分2643-1",
    floor_m2=85,
)
ACCOUNT = BankAccount(
    bank_code="0179",
    branch_code="669",
    account_kind=BankAccountKind.ORDINARY,
    account_number="0012345",
    holder_kana="ﾕ)ﾀｶｻｷｼﾖｳﾃﾝ",
    bank_name="サガ",
    branch_name="カシマ",
)
CONTENT = ApplicationContent(
    business=Business(
        legal_name="有限会社髙﨑商店",
        legal_kana="ユウゲンガイシャ タカサキショウテン",
        representative="髙﨑 一郎",
        phone="0954632111",
        postal_code="849-1312",
        address="鹿島市大字納富分2643-1",
    ),
    trade="食料品",
    stores=(CENTRE,),
    bank_account=ACCOUNT,
    pledge_version=PLEDGE.version,
)
ANOTHER_ACCOUNT = replace(ACCOUNT, branch_code="500", account_number="1111222", holder_kana="ﾏﾂｵ ｲﾁﾛｳ")


def sent_in(
    portal: Database,
    now: datetime,
    content: ApplicationContent = CONTENT,
    *,
    secret: str = SECRET,
    corrects: UUID | None = None,
) -> ApplicationReceipt:
    """Type an application and send it in."""

    def work(session: Session) -> ApplicationReceipt:
        save_joining_draft(session, secret, {}, now=now, corrects=corrects)
        return submit_shop_application(session, secret, content, now=now)

    return portal.run(work)


def step_by(
    staff: Database, application_id: UUID, step: ApplicationStep, clerk: UUID | None, now: datetime, reason: str = ""
) -> None:
    """Let a clerk take a step, or the applicant."""
    staff.run(lambda session: move_shop_application(session, application_id, step, by=clerk, now=now, reason=reason))
