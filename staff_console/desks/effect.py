"""The commerce desk reads what a campaign brought about, and asks those who took part."""

from uuid import UUID

from issuance.effect.model import (
    Choice,
    Estimate,
    Interval,
    Question,
    QuestionFigures,
    QuestionKind,
    StepFigures,
    Survey,
    SurveyMoment,
)
from issuance.effect.queries import estimate_of, figures_of, funnel_of, newest_survey
from issuance.effect.rules.usual_questions import USUAL_QUESTIONS
from issuance.queries import find_campaign
from issuance.refusals import CampaignUnknown
from kernel.db import Session
from kernel.documents import csv_bytes
from staff_console.effect_schemas import (
    ChosenAnswer,
    DistrictAnswer,
    EstimateAnswer,
    EstimatesAnswer,
    FunnelAnswer,
    GroupAnswer,
    IntervalAnswer,
    QuestionFiguresAnswer,
    StepAnswer,
    SurveyAnswer,
    SurveyBody,
)
from staff_console.effect_wording import (
    CAVEATS,
    CHANNELS,
    EVERYBODY,
    FIGURES,
    FORMULA,
    MOMENTS,
    NOT_SAID,
    NOT_TOLD,
    STEPS,
    WHY_NOTHING,
    age_band_text,
    district_text,
)

FUNNEL_TITLES = ("段階", "地区", "年代", "申込方法", "人数")
ESTIMATE_TITLES = ("調査", "項目", "値", "95%区間の下限", "95%区間の上限")
Cell = str | int


def funnel_answer(session: Session, campaign_id: UUID) -> FunnelAnswer:
    """How many came how far. Refuses CampaignUnknown."""
    _demand_campaign(session, campaign_id)
    funnel = funnel_of(session, campaign_id)
    return FunnelAnswer(
        campaign_id=campaign_id,
        age_bands=[band.value for band in funnel.age_bands],
        steps=[
            StepAnswer(
                step=figures.step,
                people=figures.table.total,
                by_age_band=list(figures.table.column_totals),
                by_district=_districts(funnel.districts, figures),
                by_channel=[
                    GroupAnswer(group=channel.value, people=people)
                    for channel, people in zip(funnel.channels, figures.by_channel, strict=True)
                ],
            )
            for figures in funnel.steps
        ],
    )


def funnel_csv(session: Session, campaign_id: UUID) -> bytes:
    """The same for a spreadsheet: one line per step and group. Refuses CampaignUnknown."""
    funnel = funnel_answer(session, campaign_id)
    ages = [age_band_text(band) for band in funnel.age_bands]
    rows: list[list[Cell]] = []
    for step in funnel.steps:
        name = STEPS[step.step]
        rows.append([name, EVERYBODY, EVERYBODY, EVERYBODY, _told(step.people)])
        rows += [
            [name, EVERYBODY, age, EVERYBODY, _told(count)] for age, count in zip(ages, step.by_age_band, strict=True)
        ]
        for district in step.by_district:
            where = district_text(district.group)
            rows.append([name, where, EVERYBODY, EVERYBODY, _told(district.people)])
            by_age = zip(ages, district.by_age_band, strict=True)
            rows += [[name, where, age, EVERYBODY, _told(count)] for age, count in by_age]
        rows += [[name, EVERYBODY, EVERYBODY, CHANNELS[item.group], _told(item.people)] for item in step.by_channel]
    return csv_bytes(FUNNEL_TITLES, rows)


def estimates_answer(session: Session, campaign_id: UUID) -> EstimatesAnswer:
    """Additional spending and every question in figures, at both moments. Refuses CampaignUnknown."""
    _demand_campaign(session, campaign_id)
    estimates = [
        _estimate_answer(session, estimate_of(session, campaign_id, each), campaign_id) for each in SurveyMoment
    ]
    return EstimatesAnswer(campaign_id=campaign_id, formula=FORMULA, estimates=estimates)


def estimates_csv(session: Session, campaign_id: UUID) -> bytes:
    """The same for a spreadsheet, with the formula and the caveats. Refuses CampaignUnknown."""
    rows: list[list[Cell]] = []
    for estimate in estimates_answer(session, campaign_id).estimates:
        moment = MOMENTS[estimate.moment]
        for name, title in FIGURES.items():
            found = getattr(estimate, name)
            rows.append([moment, title, *_cells(found)])
        if estimate.why_nothing:
            rows.append([moment, "推計できない理由", WHY_NOTHING[estimate.why_nothing], "", ""])
        for question in estimate.questions:
            rows.append([moment, f"{question.text} 回答数", _told(question.answered), "", ""])
            rows += [
                [moment, f"{question.text} {item.text}", _told(item.people), "", ""] for item in question.by_choice
            ]
        rows += [[moment, "読むときの注意", caveat, "", ""] for caveat in estimate.caveats]
    rows.append(["", "計算のしかた", FORMULA, "", ""])
    return csv_bytes(ESTIMATE_TITLES, rows)


def questions_of(body: SurveyBody) -> tuple[Question, ...]:
    """The questions as they were typed, or the usual ones."""
    if body.questions is None:
        return USUAL_QUESTIONS[SurveyMoment(body.moment)]
    return tuple(
        Question(
            item.name,
            QuestionKind(item.kind),
            item.text,
            item.explanation,
            tuple(Choice(choice.value, choice.text) for choice in item.choices),
        )
        for item in body.questions
    )


def survey_answer(survey: Survey) -> SurveyAnswer:
    """A version of questions."""
    return SurveyAnswer.model_validate(
        {
            "survey_id": survey.id,
            "moment": survey.moment.value,
            "version": survey.version,
            "written_at": survey.written_at,
            "answers": survey.answers,
            "questions": [
                {
                    **question.record(),
                    "kind": question.kind.value,
                    "choices": [item._asdict() for item in question.choices],
                }
                for question in survey.questions
            ],
        }
    )


def _demand_campaign(session: Session, campaign_id: UUID) -> None:
    if find_campaign(session, campaign_id) is None:
        raise CampaignUnknown(campaign_id=str(campaign_id))


def _districts(districts: tuple[str, ...], figures: StepFigures) -> list[DistrictAnswer]:
    rows = zip(districts, figures.table.row_totals, figures.table.cells, strict=True)
    return [DistrictAnswer(group=name, people=people, by_age_band=list(cells)) for name, people, cells in rows]


def _estimate_answer(session: Session, estimate: Estimate, campaign_id: UUID) -> EstimateAnswer:
    survey = newest_survey(session, campaign_id, estimate.moment)
    figures = figures_of(session, survey) if survey else []
    return EstimateAnswer(
        moment=estimate.moment.value,
        asked=estimate.asked,
        answers=estimate.answers,
        usable=estimate.usable,
        response_permille=estimate.response_permille,
        value_yen=estimate.base.value_yen,
        premium_yen=estimate.base.premium_yen,
        why_nothing=estimate.why_nothing,
        per_100_yen_of_voucher=_interval(estimate.per_100_yen_of_voucher),
        per_100_yen_of_premium=_interval(estimate.per_100_yen_of_premium),
        in_all_yen=_interval(estimate.in_all_yen),
        if_silent_added_nothing_yen=estimate.if_silent_added_nothing_yen,
        first_time_permille=_interval(estimate.first_time_permille),
        caveats=[CAVEATS[caveat] for caveat in estimate.caveats],
        questions=[_question(item) for item in figures],
    )


def _question(figures: QuestionFigures) -> QuestionFiguresAnswer:
    question = figures.question
    chosen = zip(question.choices, figures.by_choice, strict=True)
    return QuestionFiguresAnswer(
        name=question.name,
        text=question.text,
        answered=figures.answered,
        by_choice=[ChosenAnswer(value=choice.value, text=choice.text, people=people) for choice, people in chosen],
        mean_yen=figures.mean_yen,
        texts=list(figures.texts),
    )


def _interval(found: Interval | None) -> IntervalAnswer | None:
    return IntervalAnswer(**found._asdict()) if found else None


def _told(people: int | None) -> Cell:
    return NOT_TOLD if people is None else people


def _cells(found: IntervalAnswer | int | None) -> list[Cell]:
    if isinstance(found, IntervalAnswer):
        return [found.point, found.low, found.high]
    return [NOT_SAID if found is None else found, "", ""]
