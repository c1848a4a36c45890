"""Two clerks import at the same moment, with real commits."""

from collections.abc import Callable

from identity.roll.model import ImportedRoll, RollCounts
from tests.identity.roll.desk import Desk
from tests.identity.roll.extracts import HANAKO, JIRO, TARO, moved_out, written
from tests.races.crowd import at_once


def takes(desk: Desk, file: bytes) -> Callable[[], ImportedRoll]:
    return lambda: desk.take(file)


def test_the_same_file_imported_by_many_at_once_adds_everybody_once(desk: Desk) -> None:
    answers = [one for one in at_once([takes(desk, written(TARO, HANAKO, JIRO))] * 4) if isinstance(one, ImportedRoll)]
    assert sorted(answer.is_replay for answer in answers) == [False, True, True, True]
    assert {answer.on_record for answer in answers} == {answers[0].on_record}
    assert answers[0].on_record.counts == RollCounts(added=3)
    assert desk.ask("SELECT count(*) FROM identity.people") == [(3,)]


def test_two_files_at_once_are_taken_one_after_the_other(desk: Desk) -> None:
    files = [written(TARO, HANAKO), written(HANAKO, JIRO)]
    answers = [one for one in at_once([takes(desk, file) for file in files]) if isinstance(one, ImportedRoll)]
    assert sorted(answer.on_record.number for answer in answers) == [1, 2]
    first, second = (answer.on_record.counts for answer in sorted(answers, key=lambda answer: answer.on_record.number))
    assert first == RollCounts(added=2)
    assert second == RollCounts(added=1, unchanged=1, absent=1)
    assert desk.ask("SELECT count(*) FROM identity.people") == [(3,)]


def test_one_departure_told_by_two_files_at_once_is_recorded_once(desk: Desk) -> None:
    desk.take(written(TARO, HANAKO, JIRO))
    gone = moved_out(TARO, "2026-08-20")
    answers = at_once([takes(desk, written(gone, HANAKO)), takes(desk, written(gone, JIRO))])
    assert sum(answer.on_record.counts.moved_out for answer in answers if isinstance(answer, ImportedRoll)) == 1
    assert desk.ask("SELECT count(*) FROM identity.residence_events") == [(1,)]
