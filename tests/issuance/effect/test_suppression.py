"""Tables by hand: what is hidden beside a small group, and what may stay."""

import pytest

from issuance.effect.model import PublishedTable, Question, QuestionKind
from issuance.effect.rules.answers import question_figures
from issuance.effect.rules.suppression import publish
from issuance.effect.rules.usual_questions import USUAL_QUESTIONS
from tests.issuance.effect.town import AFTER_USE


def test_beside_a_small_group_the_cheapest_three_others_are_hidden() -> None:
    table = [[2, 30, 40], [20, 9, 60], [50, 70, 80]]
    assert publish(table, group_min=5) == PublishedTable(
        cells=((None, None, 40), (None, None, 60), (50, 70, 80)),
        row_totals=(72, 89, 200),
        column_totals=(72, 109, 180),
        total=361,
    )


def test_two_small_groups_of_one_line_do_not_tell_of_each_other() -> None:
    told = publish([[1, 1, 50, 60]], group_min=5)
    assert told.cells == ((None, None, None, 60),)
    assert (told.row_totals, told.column_totals, told.total) == ((112,), (None, None, None, 60), 112)


def test_a_list_keeps_its_total() -> None:
    assert publish([[40], [3], [20], [7]], group_min=5) == PublishedTable(
        cells=((40,), (None,), (20,), (None,)), row_totals=(40, None, 20, None), column_totals=(70,), total=70
    )


@pytest.mark.parametrize(("table", "total"), [([[0, 0], [0, 0]], 0), ([[1, 2], [1, 0]], None), ([[2, 2], [1, 1]], 6)])
def test_of_nobody_it_is_said_and_of_few_nothing(table: list[list[int]], total: int | None) -> None:
    told = publish(table, group_min=5)
    expected = 0 if total == 0 else None
    assert told.total == total
    assert {count for row in told.cells for count in row} | {*told.row_totals, *told.column_totals} == {expected}


def test_answers_to_choices_are_told_like_groups_and_words_like_nobodys() -> None:
    questions = USUAL_QUESTIONS[AFTER_USE]
    answers = [
        {
            "voucher_yen": 1_000 * number,
            "bought_anyway": "all" if number < 7 else "part" if number < 10 else "nothing",
            "comment": f"ご意見{19 - number}",
        }
        for number in range(12)
    ]
    figures = {item.question.name: item for item in question_figures(questions, [*answers, {"first_time": "no"}])}
    assert (figures["bought_anyway"].answered, figures["bought_anyway"].by_choice) == (12, (7, None, None))
    assert (figures["voucher_yen"].answered, figures["voucher_yen"].mean_yen) == (12, 5_500)
    assert figures["comment"].texts == tuple(sorted(f"ご意見{number}" for number in range(8, 20)))
    assert (figures["first_time"].answered, figures["first_time"].by_choice) == (None, (None, None))
    assert (figures["added_yen"].answered, figures["added_yen"].mean_yen) == (0, None)


def test_of_few_answers_neither_mean_nor_words_are_told() -> None:
    questions = [Question("yen", QuestionKind.YEN, "いくら"), Question("words", QuestionKind.TEXT, "なにか")]
    few = question_figures(questions, [{"yen": 1, "words": "a"}] * 4)
    assert [(item.answered, item.mean_yen, item.texts) for item in few] == [(None, None, ())] * 2
