"""A town whose people apply, buy and use vouchers, and are asked about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from identity.model import ImportedResident, NewResident
from identity.operations.import_residents import import_residents
from issuance.effect.model import GroupCount, Opening, Question, Survey, SurveyMoment
from issuance.effect.operations.answer_survey import answer_survey
from issuance.effect.operations.record_openings import record_openings
from issuance.effect.operations.withdraw_answer import withdraw_answer
from issuance.effect.operations.write_survey import write_survey
from issuance.effect.rules.usual_questions import USUAL_QUESTIONS
from issuance.effect.store import funnel as store
from issuance.model import ApplicationRequest, Channel, Clerk
from issuance.operations.sell_at_counter import sell_at_counter
from issuance.purchase_model import CounterSale, Purchase
from kernel.db import Database
from kernel.refusals import Refusal
from ledger.model import Pay, Posted, ShopSize, command_key
from ledger.operations.post_journals import post_journals
from tests.identity.people import TARO
from tests.issuance.market import FIRST_COME, HANA, OPENS, PAYING, PLANNED, Market, by_clerk

KEY = b"key of surveys in the tests, 32b"
AFTER_USE, AT_PURCHASE = SurveyMoment.AFTER_USE, SurveyMoment.AT_PURCHASE
ROUND = replace(FIRST_COME, units_offered=20)
SAID = {"voucher_yen": 5_000, "bought_anyway": "nothing", "added_yen": 1_200, "first_time": "yes"}


def resident(number: int, *, district: str = "浜", birth_date: date = date(1980, 4, 1)) -> NewResident:
    return replace(
        TARO,
        person_id=uuid4(),
        household_id=uuid4(),
        given_name=f"太郎{'一二三四五六七八九十'[number % 10]}",
        district=district,
        birth_date=birth_date,
    )


class Town:
    """A campaign that is first come, first served, and what its people do, one transaction each."""

    def __init__(self, make_database: Callable[..., Database]) -> None:
        self.market = Market(make_database)
        self.staff, self.pay = self.market.staff, make_database("kashiman_pay")
        self.people: list[ImportedResident] = []

    def settled(self, residents: Sequence[NewResident]) -> None:
        self.people = self.staff.run(lambda session: import_residents(session, residents, now=PLANNED))

    def wallet(self, number: int) -> UUID:
        return self.people[number].wallet_id

    def open(self, *numbers: int, now: datetime = OPENS) -> None:
        shown = [Opening(self.market.round_id, self.wallet(number)) for number in numbers]
        self.pay.run(lambda session: record_openings(session, shown, now=now))

    def apply(self, *numbers: int, channel: Channel = Channel.WEB) -> None:
        """One unit each, granted at once."""
        requests = [ApplicationRequest(self.market.round_id, *self.people[number], None, 1) for number in numbers]
        if channel is not Channel.WEB:
            requests = [by_clerk(item, channel) for item in requests]
        outcomes = self.market.submit(*requests)
        assert not [item for item in outcomes if isinstance(item, Refusal)], outcomes

    def buy(self, *numbers: int) -> None:
        sales = [
            CounterSale(
                f"till-{number}",
                1,
                HANA.id,
                "city-hall",
                round_id=self.market.round_id,
                person_id=self.people[number].person_id,
            )
            for number in numbers
        ]
        outcomes = self.staff.run(lambda session: sell_at_counter(session, sales, now=PAYING))
        assert all(isinstance(item, Purchase) for item in outcomes), outcomes

    def spend(self, number: int, amount_yen: int) -> None:
        later = PAYING + timedelta(minutes=number)
        key = command_key("shop", str(uuid4()))
        command = Pay(key, later, self.wallet(number), uuid4(), ShopSize.SMALL, amount_yen)
        (outcome,) = self.pay.run(lambda session: post_journals(session, [command]))
        assert isinstance(outcome, Posted), outcome

    def counts(self) -> list[GroupCount]:
        return self.staff.run(lambda session: store.funnel_counts(session, self.market.campaign_id))

    def asks(
        self,
        moment: SurveyMoment = AFTER_USE,
        questions: Sequence[Question] | None = None,
        by: Clerk = HANA,
        now: datetime = PAYING,
    ) -> Survey:
        asked = USUAL_QUESTIONS[moment] if questions is None else questions
        campaign_id = self.market.campaign_id
        return self.staff.run(
            lambda session: write_survey(session, campaign_id, moment=moment, questions=asked, by=by, now=now)
        )

    def says(
        self,
        survey: Survey,
        number: int,
        answers: Mapping[str, Any] = SAID,
        *,
        key: bytes = KEY,
        now: datetime = PAYING,
    ) -> None:
        wallet_id = self.wallet(number)
        self.pay.run(
            lambda session: answer_survey(session, survey.id, wallet_id=wallet_id, answers=answers, key=key, now=now)
        )

    def takes_back(self, survey: Survey, number: int) -> None:
        wallet_id = self.wallet(number)
        self.pay.run(lambda session: withdraw_answer(session, survey.id, wallet_id=wallet_id, key=KEY))
