"""Every word of the code that a page may show has a Japanese name."""

from dataclasses import fields

from identity.access.model import DeletionReason, PersonField, ReasonCode
from identity.doors.model import DocumentKind
from identity.model import StaffRole
from issuance.model import CampaignState, Channel, GrantOrigin, RoundRule, RoundState
from ledger.audit import AuditFigures
from ledger.model import ACCOUNT_SIDES, AccountKind
from merchants.model import (
    AccountMover,
    AccountState,
    AccountStep,
    ApplicationState,
    ApplicationStep,
    BankAccount,
    BankAccountKind,
    MerchantSize,
)
from settlement.model import CarryOverReason, PayoutState
from staff_console.wording import WORDS, thousands, word


def test_every_state_role_and_account_has_a_name() -> None:
    expected = {
        "role": set(StaffRole),
        "campaign": set(CampaignState),
        "round": set(RoundState),
        "rule": set(RoundRule),
        "origin": set(GrantOrigin),
        "channel": set(Channel),
        "payout": set(PayoutState),
        "side": set(ACCOUNT_SIDES.values()),
        "account": set(AccountKind),
        "carried_over": set(CarryOverReason),
        "figure": {each.name for each in fields(AuditFigures)},
        "reason": set(ReasonCode),
        "person_field": set(PersonField),
        "document": set(DocumentKind),
        "deletion_reason": set(DeletionReason),
        "shop_application": set(ApplicationState),
        "shop_step": set(ApplicationStep),
        "shop_size": set(MerchantSize),
        "bank_account": set(AccountState),
        "bank_account_step": set(AccountStep),
        "bank_account_mover": set(AccountMover),
        "bank_account_kind": set(BankAccountKind),
        "bank_account_field": {each.name for each in fields(BankAccount)},
    }
    assert {group: set(words) for group, words in WORDS.items()} == expected


def test_a_word_is_said_in_japanese() -> None:
    assert (word("payout_in_flight", "account"), word("settled", "payout")) == ("振込中", "振込済")


def test_numbers_have_thousands_separators() -> None:
    assert [thousands(value) for value in (0, 999, 1_000, -1_234_567)] == ["0", "999", "1,000", "-1,234,567"]
