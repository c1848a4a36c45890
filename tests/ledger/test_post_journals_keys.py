"""Keys: the same answer again, whatever it was."""

from dataclasses import dataclass, replace
from typing import ClassVar

from kernel.db import Database
from kernel.refusals import Kind, Refusal
from ledger.model import Decline, Pay, Posted
from ledger.refusals import KeyReusedWithOtherContent, ValueNotEnough
from tests.ledger.books import NOON, count, key, left, pay, post, posted, refused, rows, sell, snapshot


@dataclass(eq=False)
class ShopIsAsleepInThisTest(Refusal):
    """A refusal of somebody else's rules."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    shop: str


def keyed(amount_yen: int, text: str) -> Pay:
    return replace(pay(amount_yen), key=key(text, amount_yen))


def test_the_same_key_gets_the_same_journal_again(database: Database) -> None:
    sale = sell()
    posted(database, sale)
    first = posted(database, keyed(1_000, "a"))
    before = snapshot(database)
    again = posted(database, keyed(1_000, "a"))
    assert again == Posted(first.journal, is_replay=True)
    assert snapshot(database) == before
    assert count(database, "decisions") == 2
    assert left(database, sale.lot_id) == (3_200, 800)


def test_the_same_key_twice_in_a_batch_is_one_journal(database: Database) -> None:
    posted(database, sell())
    first, again, other = post(database, keyed(1_000, "a"), keyed(1_000, "a"), keyed(999, "a"))
    assert isinstance(first, Posted)
    assert again == Posted(first.journal, is_replay=True)
    assert other == KeyReusedWithOtherContent()
    assert count(database, "journals") == 2


def test_the_same_key_with_other_content_is_refused_and_records_nothing(database: Database) -> None:
    posted(database, sell())
    posted(database, keyed(1_000, "a"))
    before, known = snapshot(database), rows(database, "SELECT * FROM ledger.decisions ORDER BY key")
    assert post(database, keyed(1_001, "a")) == [KeyReusedWithOtherContent()]
    assert snapshot(database) == before
    assert rows(database, "SELECT * FROM ledger.decisions ORDER BY key") == known


def test_a_declined_payment_burns_its_key_even_when_value_arrives_later(database: Database) -> None:
    declined = ValueNotEnough(asked_yen=1_000, usable_yen=0, total_yen=0)
    assert refused(database, keyed(1_000, "a")) == declined
    posted(database, sell())
    before = snapshot(database)
    assert post(database, keyed(1_000, "a")) == [declined]
    assert snapshot(database) == before
    assert isinstance(posted(database, keyed(1_000, "b")), Posted)


def test_a_declined_key_stays_declined_within_its_batch(database: Database) -> None:
    declined = ValueNotEnough(asked_yen=1_000, usable_yen=0, total_yen=0)
    first, sale, again = post(database, keyed(1_000, "a"), sell(), keyed(1_000, "a"))
    assert first == declined
    assert isinstance(sale, Posted)
    assert again == declined


def test_a_refusal_from_outside_the_books_burns_its_key_too(database: Database) -> None:
    declined = ShopIsAsleepInThisTest(shop='a "quoted" \\ 店')
    posted(database, sell())
    assert refused(database, Decline(key("a", 1_000), NOON, declined)) == declined
    assert post(database, keyed(1_000, "a")) == [declined]


def test_a_refusal_with_text_that_no_database_holds_does_not_stop_its_batch(database: Database) -> None:
    declined = ShopIsAsleepInThisTest(shop="\0 and \ud800")
    outcomes = post(database, Decline(key("a", 1), NOON, declined), sell())
    assert outcomes[0] == declined
    assert isinstance(outcomes[1], Posted)
    assert post(database, keyed(1, "a")) == [ShopIsAsleepInThisTest(shop="? and ?")]


def test_keys_of_two_scopes_are_two_keys(database: Database) -> None:
    posted(database, sell())
    posted(database, keyed(10, "a"))
    other = replace(keyed(10, "b"), key=key("a2", 10))
    assert not posted(database, other).is_replay


def test_a_key_may_be_any_text_and_is_stored_as_a_digest(database: Database) -> None:
    posted(database, sell())
    posted(database, keyed(10, "'; DROP TABLE ledger.journals; -- \N{PILE OF POO}"))
    stored = rows(database, "SELECT key, fingerprint FROM ledger.decisions")
    assert all(len(str(value)) == 36 for row in stored for value in row)


def test_an_empty_batch_is_nothing(database: Database) -> None:
    assert post(database) == []
    assert count(database, "decisions") == 0
