"""Posters get serials nobody can guess, and a revoked one counts no more."""

from datetime import timedelta
from uuid import UUID

import pytest

from kernel.clock import SetClock
from kernel.db import Database
from kernel.ids import derived_id
from merchants.model import PosterState, RegisteredMerchant
from merchants.operations.print_posters import print_posters
from merchants.operations.revoke_poster import revoke_poster
from merchants.queries import payment_places, posters_of
from merchants.refusals import PosterRevoked, PosterUnknown, StoreUnknown
from merchants.rules.standing import demand_valid_poster
from tests.merchants.shops import CORNER, NORTH

ALPHABET = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def printed(database: Database, store_ids: list[UUID], clock: SetClock) -> list[str]:
    return database.run(lambda session: print_posters(session, store_ids, key_id="key-1", now=clock.now()))


def states(database: Database, serials: list[str]) -> dict[str, PosterState]:
    return database.run(lambda session: payment_places(session, serials=serials)[0])


def test_each_store_gets_a_serial_in_the_order_given(
    staff_database: Database, registered: list[RegisteredMerchant], clock: SetClock
) -> None:
    serials = printed(staff_database, [CORNER.store_id, NORTH.store_id, CORNER.store_id], clock)
    assert [len(serial) for serial in serials] == [8, 8, 8]
    assert set("".join(serials)) <= ALPHABET
    first, second, third = serials
    assert states(staff_database, [*serials, "00000000"]) == {
        first: PosterState(first, CORNER.store_id, "S003", "key-1", clock.now(), None),
        second: PosterState(second, NORTH.store_id, "S001", "key-1", clock.now(), None),
        third: PosterState(third, CORNER.store_id, "S003", "key-1", clock.now(), None),
    }


def test_one_unknown_store_refuses_the_whole_print_run(
    staff_database: Database, registered: list[RegisteredMerchant], clock: SetClock
) -> None:
    nowhere = derived_id("store", "nowhere")
    with pytest.raises(StoreUnknown) as refused:
        printed(staff_database, [CORNER.store_id, nowhere], clock)
    assert refused.value == StoreUnknown(str(nowhere))
    assert staff_database.run(lambda session: posters_of(session, CORNER.store_id)) == []


def test_printing_for_no_store_prints_nothing(database: Database, clock: SetClock) -> None:
    assert printed(database, [], clock) == []


def test_a_store_lists_its_posters_newest_first(
    staff_database: Database, registered: list[RegisteredMerchant], clock: SetClock
) -> None:
    (older,) = printed(staff_database, [CORNER.store_id], clock)
    clock.advance(timedelta(days=1))
    (newer,) = printed(staff_database, [CORNER.store_id], clock)
    printed(staff_database, [NORTH.store_id], clock)
    found = staff_database.run(lambda session: posters_of(session, CORNER.store_id))
    assert [poster.serial for poster in found] == [newer, older]


def test_a_poster_is_revoked_once(
    staff_database: Database, registered: list[RegisteredMerchant], clock: SetClock
) -> None:
    serial, other = printed(staff_database, [CORNER.store_id, CORNER.store_id], clock)
    clock.advance(timedelta(days=1))
    revoked_at = clock.now()
    staff_database.run(lambda session: revoke_poster(session, serial, now=revoked_at))
    clock.advance(timedelta(days=1))
    with pytest.raises(PosterRevoked) as refused:
        staff_database.run(lambda session: revoke_poster(session, serial, now=clock.now()))
    assert refused.value == PosterRevoked(serial, revoked_at.isoformat())
    found = states(staff_database, [serial, other])
    assert {name: poster.revoked_at for name, poster in found.items()} == {serial: revoked_at, other: None}


def test_a_poster_that_was_never_printed_cannot_be_revoked(staff_database: Database, clock: SetClock) -> None:
    with pytest.raises(PosterUnknown) as refused:
        staff_database.run(lambda session: revoke_poster(session, "00000000", now=clock.now()))
    assert refused.value == PosterUnknown("00000000")


def test_a_poster_is_valid_at_its_own_store_until_it_is_revoked(clock: SetClock) -> None:
    good = PosterState("A", CORNER.store_id, "S003", "key-1", clock.now(), None)
    gone = PosterState("B", CORNER.store_id, "S003", "key-1", clock.now(), clock.now())
    posters = {"A": good, "B": gone}
    assert demand_valid_poster("A", "S003", posters) == good
    for serial, store_code, refusal in (
        ("A", "S001", PosterUnknown("A")),
        ("B", "S001", PosterUnknown("B")),
        ("C", "S003", PosterUnknown("C")),
        ("B", "S003", PosterRevoked("B", clock.now().isoformat())),
    ):
        with pytest.raises(type(refusal)) as refused:
            demand_valid_poster(serial, store_code, posters)
        assert refused.value == refusal
