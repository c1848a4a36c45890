"""Shops that join, and where they are paid: what the desks see and decide."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from uuid import UUID

from identity.model import Holder, HolderKind, ShopRole
from identity.operations.add_shop_user import add_shop_user
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from identity.queries import all_staff, shop_users_of
from kernel.db import Session
from merchants.model import (
    AccountChange,
    AccountEvent,
    AccountMover,
    AccountStep,
    Actor,
    ApplicationEvent,
    ApplicationState,
    ApplicationStep,
    ApplicationView,
    BankAccount,
    RegisteredMerchant,
)
from merchants.operations.approve_shop_application import approve_shop_application
from merchants.operations.move_account_change import move_account_change
from merchants.operations.move_shop_application import move_shop_application
from merchants.queries import account_change, list_shop_applications, open_account_changes, shop_application
from merchants.refusals import ShopApplicationStepNotAllowed
from staff_console.desks.payees import printed_name
from staff_console.desks.recording import recorded
from staff_console.parts import ConsoleParts
from staff_console.shop_schemas import (
    AccountChangeAnswer,
    AccountEventAnswer,
    ApplicationStoreFacts,
    BankAccountFacts,
    ShopApplicationAnswer,
    ShopApplicationEventAnswer,
    ShopApplicationLineAnswer,
    ShopApprovedAnswer,
    ShopCodeAnswer,
)
from staff_console.viewer import StaffViewer

WAITING = (ApplicationState.SUBMITTED, ApplicationState.EXAMINED, ApplicationState.NEEDS_CORRECTION)
"""Where an application waits for somebody."""


def applications(session: Session, states: tuple[ApplicationState, ...] = ()) -> list[ShopApplicationLineAnswer]:
    """Applications that stand in these states, or all, the oldest first."""
    return [ShopApplicationLineAnswer(**line._asdict()) for line in list_shop_applications(session, states=states)]


def application(session: Session, application_id: UUID) -> ShopApplicationAnswer:
    """One application. Refuses ShopApplicationUnknown."""
    view = shop_application(session, application_id)
    names = _staff_names(session)
    return ShopApplicationAnswer(
        application_id=view.application_id,
        receipt=view.receipt,
        state=view.state,
        version=view.version,
        submitted_at=view.submitted_at,
        **asdict(view.content.business),
        trade=view.content.trade,
        size=view.size,
        stores=[ApplicationStoreFacts(**asdict(store)) for store in view.content.stores],
        bank_account=_account(view.content.bank_account),
        pledge_version=view.pledge.version,
        pledge_sha256=view.pledge.sha256,
        pledged_at=view.pledge.at,
        merchant_id=_merchant_id(view),
        events=[_event(event, names) for event in view.events],
    )


def take_step(
    parts: ConsoleParts,
    viewer: StaffViewer,
    application_id: UUID,
    step: ApplicationStep,
    *,
    version: int,
    reason: str = "",
) -> None:
    """Ask for a correction, examine or decline. Refuses as `move_shop_application`."""
    now = parts.clock.now()
    parts.database.run(
        lambda session: move_shop_application(
            session, application_id, step, by=viewer.staff_id, now=now, reason=reason, seen_version=version
        )
    )


def approve(parts: ConsoleParts, viewer: StaffViewer, application_id: UUID, *, version: int) -> ShopApprovedAnswer:
    """Let a shop in: its merchant, its owner's account and the code for it, all or nothing.

    Refuses as `approve_shop_application`.
    """
    now = parts.clock.now()

    def work(session: Session) -> ShopApprovedAnswer:
        view = shop_application(session, application_id)
        merchant = approve_shop_application(
            session, application_id, by=viewer.staff_id, now=now, seen_version=version, terms=parts.joining
        )
        name = view.content.business.representative
        owner_id = add_shop_user(session, merchant_id=merchant.merchant_id, display_name=name, role=ShopRole.OWNER)
        return _approved(merchant, name, _new_code(session, parts, owner_id))

    return recorded(parts, "code.shop_issued", work, staff_id=viewer.staff_id, application_id=str(application_id))


def issue_code(parts: ConsoleParts, viewer: StaffViewer, application_id: UUID) -> ShopCodeAnswer:
    """Give the owner of an approved shop a new code; the one before ends.

    Refuses, in this order: ShopApplicationUnknown; ShopApplicationStepNotAllowed before approval.
    """

    def work(session: Session) -> ShopCodeAnswer:
        view = shop_application(session, application_id)
        merchant_id = _merchant_id(view)
        if merchant_id is None:
            raise ShopApplicationStepNotAllowed(view.receipt, view.state.value, "code")
        owners = [user for user in shop_users_of(session, merchant_id) if user.role is ShopRole.OWNER]
        first = min(owners, key=lambda user: user.shop_user_id)
        return ShopCodeAnswer(owner_name=first.display_name, sign_in_code=_new_code(session, parts, first.shop_user_id))

    return recorded(parts, "code.shop_issued", work, staff_id=viewer.staff_id, application_id=str(application_id))


def account_changes(session: Session, parts: ConsoleParts) -> list[AccountChangeAnswer]:
    """The changes of account that are open."""
    names = _staff_names(session)
    return [_change(change, names, parts) for change in open_account_changes(session, now=parts.clock.now())]


def one_account_change(session: Session, parts: ConsoleParts, change_id: UUID) -> AccountChangeAnswer:
    """One change of account. Refuses AccountChangeUnknown."""
    return _change(account_change(session, change_id, now=parts.clock.now()), _staff_names(session), parts)


def decide_account(
    parts: ConsoleParts, viewer: StaffViewer, change_id: UUID, step: AccountStep, reason: str = ""
) -> AccountEvent:
    """Approve, refuse or stop a change of account. Refuses as `account_change`, then as `move_account_change`."""
    now = parts.clock.now()

    def work(session: Session) -> AccountEvent:
        change = account_change(session, change_id, now=now)
        return move_account_change(
            session,
            change.merchant_id,
            change.place.number,
            step,
            by=Actor(AccountMover.STAFF, viewer.staff_id),
            now=now,
            reason=reason,
            terms=parts.joining,
        )

    return parts.database.run(work)


def _new_code(session: Session, parts: ConsoleParts, owner_id: UUID) -> str:
    holder = Holder(HolderKind.SHOP, owner_id)
    (code,) = issue_sign_in_codes(session, [holder], pepper=parts.pepper, now=parts.clock.now())
    return code.text


def _approved(merchant: RegisteredMerchant, owner_name: str, code: str) -> ShopApprovedAnswer:
    return ShopApprovedAnswer(
        merchant_id=merchant.merchant_id,
        merchant_code=merchant.merchant_code,
        store_codes=[store.store_code for store in merchant.stores],
        owner_name=owner_name,
        sign_in_code=code,
    )


def _merchant_id(view: ApplicationView) -> UUID | None:
    return next((event.merchant_id for event in view.events if event.merchant_id), None)


def _event(event: ApplicationEvent, names: Mapping[UUID, str]) -> ShopApplicationEventAnswer:
    return ShopApplicationEventAnswer(
        number=event.number,
        version=event.version,
        step=event.step,
        at=event.at,
        by_kind=event.by_kind,
        by_name=names.get(event.by, "") if event.by else "",
        reason=event.reason,
    )


def _change(change: AccountChange, names: Mapping[UUID, str], parts: ConsoleParts) -> AccountChangeAnswer:
    old, new = (_as_printed(each, parts) for each in (change.now_paid_to, change.asked_for))
    return AccountChangeAnswer(
        change_id=change.place.account_id,
        merchant_id=change.merchant_id,
        merchant_code=change.merchant_code,
        legal_name=change.legal_name,
        state=change.place.state,
        valid_from=change.place.valid_from,
        now_paid_to=_account(old),
        asked_for=_account(new),
        differing=[each.name for each in fields(BankAccount) if getattr(old, each.name) != getattr(new, each.name)],
        events=[
            AccountEventAnswer(
                step=event.step,
                at=event.at,
                by_kind=event.by_kind,
                by_name=names.get(event.by, "") if event.by else "",
                reason=event.reason,
            )
            for event in change.events
        ],
    )


def _account(account: BankAccount) -> BankAccountFacts:
    return BankAccountFacts(**asdict(account))


def _as_printed(account: BankAccount, parts: ConsoleParts) -> BankAccount:
    """Both accounts in the characters of the bank's file, so that a difference is one."""
    return replace(account, holder_kana=printed_name(account.holder_kana, parts.bank_profile))


def _staff_names(session: Session) -> dict[UUID, str]:
    return {member.staff_id: member.display_name for member in all_staff(session)}
