"""Answers in figures."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from issuance.effect.model import GROUP_MIN, Answer, Answers, Question, QuestionFigures, QuestionKind
from issuance.effect.rules.suppression import publish


def question_figures(questions: Sequence[Question], answers: Sequence[Answers]) -> list[QuestionFigures]:
    """What was answered to each question, as far as it may be told."""
    return [
        _figures(question, [item[question.name] for item in answers if question.name in item]) for question in questions
    ]


def _figures(question: Question, said: Sequence[Answer]) -> QuestionFigures:
    match question.kind:
        case QuestionKind.CHOICE:
            chosen = Counter(said)
            told = publish([[chosen[choice.value]] for choice in question.choices], group_min=GROUP_MIN)
            return QuestionFigures(question, told.total, by_choice=tuple(row[0] for row in told.cells))
        case QuestionKind.YEN if len(said) >= GROUP_MIN:
            mean = Fraction(sum(int(value) for value in said), len(said))
            return QuestionFigures(question, len(said), mean_yen=round(mean))
        case QuestionKind.TEXT if len(said) >= GROUP_MIN:
            return QuestionFigures(question, len(said), texts=tuple(sorted(map(str, said))))
    return QuestionFigures(question, None if said else 0)
