"""Surveys in a browser: found after buying and after paying, never on the way there; every question may be skipped."""

import unicodedata
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from issuance.effect.model import ANSWER_YEN_MAX, TEXT_LENGTH_MAX, Answer
from issuance.effect.refusals import SurveyUnknown
from kernel.pages import msgid, page_router, typed_yen
from kernel.yen import AmountNotWholeYen, AmountOutOfRange
from wallet_api.pages.look import PAGES
from wallet_api.parts import Parts, WalletParts
from wallet_api.routes.surveys import answer, surveys, withdraw
from wallet_api.schemas import QuestionAnswer, SurveyAnswer, SurveyAnswersBody
from wallet_api.viewer import Resident, ResidentViewer

router = page_router(PAGES)
SURVEYS = "/wallet/surveys"
NOT_YEN = msgid("金額は、数字だけで書いてください。書かなくてもかまいません。")
TOO_LONG = msgid("%(count)s文字までで書いてください。")


async def _typed(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


Typed = Annotated[dict[str, str], Depends(_typed)]


@router.get("/surveys")
def show_surveys(request: Request, resident: Resident, parts: Parts) -> Response:
    """What may be answered, and what was answered and can be taken back."""
    return PAGES.page(request, "wallet/surveys.html", surveys=surveys(resident, parts).surveys)


@router.get("/surveys/{survey_id}")
def show_survey(request: Request, survey_id: UUID, resident: Resident, parts: Parts) -> Response:
    """The questions, all on one page. Refuses SurveyUnknown, also for a survey of others."""
    survey = _mine(survey_id, resident, parts)
    return PAGES.page(request, "wallet/survey.html", survey=survey, typed={}, errors={})


@router.post("/surveys/{survey_id}")
def answer_here(request: Request, survey_id: UUID, resident: Resident, parts: Parts, typed: Typed) -> Response:
    """Take what was written; what cannot be read is asked for again, with everything else still there."""
    survey = _mine(survey_id, resident, parts)
    said, errors = _read(survey, typed, partial(PAGES.text, request))
    if errors:
        return PAGES.page(request, "wallet/survey.html", status=422, survey=survey, typed=typed, errors=errors)
    answer(survey_id, SurveyAnswersBody(answers=said), resident, parts)
    return RedirectResponse(SURVEYS, 303)


@router.post("/surveys/{survey_id}/withdrawal")
def take_back(survey_id: UUID, resident: Resident, parts: Parts) -> Response:
    """Forget the answer, and lead back to the list."""
    withdraw(survey_id, resident, parts)
    return RedirectResponse(SURVEYS, 303)


def _mine(survey_id: UUID, resident: ResidentViewer, parts: WalletParts) -> SurveyAnswer:
    for survey in surveys(resident, parts).surveys:
        if survey.survey_id == survey_id:
            return survey
    raise SurveyUnknown(survey_id=str(survey_id))


def _read(
    survey: SurveyAnswer, typed: Mapping[str, str], say: Callable[..., str]
) -> tuple[dict[str, Answer], dict[str, str]]:
    """What was said, and a sentence for each question whose answer cannot be read."""
    said: dict[str, Answer] = {}
    errors: dict[str, str] = {}
    for question in survey.questions:
        text = typed.get(question.name, "").strip()
        if not text:
            continue
        try:
            said[question.name] = _read_one(question, text)
        except (AmountNotWholeYen, AmountOutOfRange):
            errors[question.name] = say(NOT_YEN)
        if question.kind == "text" and len(text) > TEXT_LENGTH_MAX:
            errors[question.name] = say(TOO_LONG, count=TEXT_LENGTH_MAX)
    return said, errors


def _read_one(question: QuestionAnswer, text: str) -> Answer:
    if question.kind != "yen":
        return text
    if unicodedata.normalize("NFKC", text).removesuffix("円").strip() == "0":
        return 0
    amount_yen = typed_yen(text)
    if amount_yen > ANSWER_YEN_MAX:
        raise AmountOutOfRange(given_yen=amount_yen, min_yen=0, max_yen=ANSWER_YEN_MAX)
    return amount_yen
