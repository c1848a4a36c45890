"""The vocabulary of the books: keys, shared accounts and the bytes that a proof is made of."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger.model import (
    AccountKind,
    Journal,
    JournalKind,
    Transfer,
    canonical_bytes,
    command_key,
    shared_account,
)

JOURNAL = Journal(
    UUID("01a1f82b-0000-7000-8000-000000000001"),
    JournalKind.PAYMENT_REFUNDED,
    datetime(2026, 8, 1, 3, 0, 0, 250, tzinfo=UTC),
    (
        Transfer(UUID(int=0xB1), UUID(int=0x2), 1_000, 800, 2),
        Transfer(UUID(int=0xB1), UUID(int=0x1), 5, 4, 1),
    ),
    UUID("01a1f82b-0000-7000-8000-000000000000"),
)
GOLDEN = (
    b'{"corrects":"01a1f82b-0000-7000-8000-000000000000","event_at":"2026-08-01T03:00:00.000250+00:00",'
    b'"id":"01a1f82b-0000-7000-8000-000000000001","kind":"payment_refunded","sequence":7,"transfers":['
    b'["00000000-0000-0000-0000-0000000000b1","00000000-0000-0000-0000-000000000002",1000,800,2],'
    b'["00000000-0000-0000-0000-0000000000b1","00000000-0000-0000-0000-000000000001",5,4,1]]}'
)


def test_the_canonical_bytes_of_a_journal_are_golden() -> None:
    assert canonical_bytes(JOURNAL, 7) == GOLDEN


def test_the_canonical_bytes_do_not_depend_on_the_zone_of_an_instant() -> None:
    in_the_city = JOURNAL._replace(event_at=JOURNAL.event_at.astimezone(ZoneInfo("Asia/Tokyo")))
    assert in_the_city.event_at.hour == 12
    assert canonical_bytes(in_the_city, 7) == GOLDEN


def test_a_journal_that_corrects_nothing_says_so() -> None:
    plain = JOURNAL._replace(corrects_id=None, transfers=(Transfer(UUID(int=1), UUID(int=2), 5, 4),))
    assert canonical_bytes(plain, 7).startswith(b'{"corrects":null,')
    assert canonical_bytes(plain, 7).endswith(b",5,4,null]]}")


def test_every_fact_of_a_journal_changes_its_bytes() -> None:
    others = [
        canonical_bytes(JOURNAL, 8),
        canonical_bytes(JOURNAL._replace(kind=JournalKind.PAYMENT_VOIDED), 7),
        canonical_bytes(JOURNAL._replace(transfers=JOURNAL.transfers[::-1]), 7),
        canonical_bytes(JOURNAL._replace(transfers=JOURNAL.transfers[:1]), 7),
        canonical_bytes(JOURNAL._replace(corrects_id=None), 7),
    ]
    assert GOLDEN not in others
    assert len(set(others)) == len(others)


def test_a_shared_account_has_one_id_for_what_it_stands_for() -> None:
    campaign_id, merchant_id = UUID(int=1), UUID(int=2)
    payable = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=campaign_id, merchant_id=merchant_id)
    again = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=campaign_id, merchant_id=merchant_id)
    swapped = shared_account(AccountKind.MERCHANT_PAYABLE, campaign_id=merchant_id, merchant_id=campaign_id)
    other_kind = shared_account(AccountKind.PREMIUM_FUNDING, campaign_id=campaign_id, merchant_id=merchant_id)
    assert again == payable
    assert len({payable.id, swapped.id, other_kind.id}) == 3


def test_a_command_key_follows_from_scope_and_key_and_its_fingerprint_from_the_content() -> None:
    first = command_key("till", "a", 1, "b")
    assert command_key("till", "a", 1, "b") == first
    assert command_key("till", "a", 1, "c").id == first.id
    assert command_key("till", "a", 1, "c").fingerprint != first.fingerprint
    assert command_key("till", "a", "1b").fingerprint != command_key("till", "a", "1", "b").fingerprint
    assert len({first.id, command_key("tilla", "").id, command_key("desk", "a").id}) == 3
