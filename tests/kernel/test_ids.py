import time
from uuid import RFC_4122, UUID

import pytest

from kernel.ids import derived_id, new_id, new_ids


def test_a_new_id_is_a_uuid_of_version_7_that_begins_with_the_time() -> None:
    before_ms = time.time_ns() // 1_000_000
    made = new_id()
    after_ms = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, RFC_4122)
    assert before_ms <= made.int >> 80 <= after_ms


def test_ids_made_together_ascend_and_differ() -> None:
    made = new_ids(5_000)

    assert made == sorted(made)
    assert len(set(made)) == 5_000
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}


def test_the_random_part_never_runs_over_into_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9562, section 6.9: a counter must not spill into its neighbours."""
    monkeypatch.setattr("os.urandom", lambda count: b"\xff" * count)
    monkeypatch.setattr("time.time_ns", lambda: 1_700_000_000_000_000_000)

    made = new_ids(100_000)

    assert {one.int >> 80 for one in made} == {1_700_000_000_000}
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert made == sorted(set(made))


def test_two_batches_of_one_millisecond_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 1_700_000_000_000_000_000)

    assert len({one for _ in range(100) for one in new_ids(20)}) == 2_000
    assert new_ids(0) == []


def test_a_derived_id_is_always_the_same_uuid_of_version_8() -> None:
    made = derived_id("store", "north")

    assert made == UUID("5626befd-36d7-8c5a-aaef-ac264176cb80")
    assert (made.version, made.variant) == (8, RFC_4122)


@pytest.mark.parametrize(
    "parts", [("storenorth",), ("stor", "enorth"), ("north", "store"), ("store", "north", ""), ("", "store", "north")]
)
def test_texts_are_told_apart_however_they_are_cut(parts: tuple[str, ...]) -> None:
    assert derived_id(*parts) != derived_id("store", "north")
