"""Whatever a person, their devices and clerks do in whatever order, one application with one number comes of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, pairwise
from typing import Literal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.lottery.files import APPLICATIONS_FILE, parse_applications
from issuance.lottery.receipts import running_root
from issuance.model import ApplicationReceipt, Channel, ClerkEntry, SignatureCheck, WithdrawalRequest
from issuance.operations.close_round import close_round
from issuance.operations.submit_applications import submit_applications
from issuance.operations.withdraw_application import withdraw_application
from issuance.queries import application_history, draw_files
from kernel.clock import SetClock, city_date
from kernel.db import Database
from kernel.refusals import Refusal
from tests.issuance.market import CLOSES, HANA, OPENS, SIGNER, Market, application, person


@dataclass(frozen=True)
class Step:
    """Somebody does something; `sees` tells that they looked at the application first."""

    what: Literal["web", "counter", "paper", "withdraw"]
    units: int
    sees: bool
    says_why: bool
    repeats: bool


STEPS = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(["web", "web", "counter", "paper", "withdraw"]),
        units=st.integers(0, 6),
        sees=st.booleans(),
        says_why=st.booleans(),
        repeats=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@dataclass
class Applicant:
    """What one person's application must have come to by the rules in words."""

    market: Market
    round_id: UUID
    number: int
    units: int | None = None
    channel: str = ""
    version: int = 0
    receipt: str = ""

    def does(self, step: Step, key: str) -> None:
        for _ in range(1 + step.repeats):
            outcome = self._withdraws(key) if step.what == "withdraw" else self._applies(step, key)
        if isinstance(outcome, ApplicationReceipt):
            self.receipt = self.receipt or outcome.receipt.receipt
            assert outcome.receipt.receipt == self.receipt
        if step.what == "withdraw":
            if self.version and self.units is not None:
                self.units, self.channel, self.version = None, "web", self.version + 1
        elif self._should_take(step):
            assert isinstance(outcome, ApplicationReceipt), outcome
            if self.units != step.units:
                self.units, self.channel, self.version = step.units, step.what, self.version + 1
        else:
            assert isinstance(outcome, Refusal)

    def _should_take(self, step: Step) -> bool:
        is_clerk = step.what != "web"
        if self.version:
            saw = step.sees
            if is_clerk and not (saw and step.says_why):
                return False
            if not is_clerk and self.units is not None and self.channel != "web" and not saw:
                return False
        return step.units == self.units or 1 <= step.units <= 5

    def _applies(self, step: Step, key: str) -> ApplicationReceipt | Refusal:
        request = replace(
            application(self.round_id, self.number, step.units, key), replaces=self.version if step.sees else None
        )
        if step.what != "web":
            reason = "本人の希望を聞いた" if step.says_why else None
            form, day = (f"K-{self.number}", city_date(OPENS)) if step.what == "paper" else (None, None)
            entry = ClerkEntry(HANA.id, form, day, reason)
            request = replace(request, channel=Channel(step.what), entry=entry)
        database = self.market.staff if request.entry else self.market.apply
        return database.run(
            lambda session: submit_applications(session, [request], signer=SIGNER, clock=SetClock(OPENS))
        )[0]

    def _withdraws(self, key: str) -> Refusal | None:
        asked = WithdrawalRequest(self.round_id, person(self.number), key=key)
        try:
            self.market.apply.run(lambda session: withdraw_application(session, asked, clock=SetClock(OPENS)))
        except Refusal as refusal:
            return refusal
        return None

    def check(self) -> None:
        told = self.market.staff.run(
            lambda session: application_history(
                session, self.round_id, person(self.number), receipt_keys=SIGNER.public_keys
            )
        )
        if told is None:
            assert self.version == 0
            return
        assert [item.version for item in told.versions] == list(range(1, self.version + 1))
        assert (told.receipt, told.versions[-1].units) == (self.receipt, self.units)
        assert all(before.at <= after.at for before, after in pairwise(told.versions))
        assert all(after.units_before == before.units for before, after in pairwise(told.versions))
        assert {item.signature for item in told.versions if item.units} <= {SignatureCheck.VALID}
        assert all((item.entry is None) == (item.channel is Channel.WEB) for item in told.versions)


def test_any_order_of_applying_changing_and_withdrawing_is_one_application(
    make_database: Callable[..., Database],
) -> None:
    market = Market(make_database)
    round_id = market.opened()
    numbers = count()
    everybody: list[Applicant] = []

    @settings(max_examples=40, deadline=None)
    @given(STEPS)
    def one_person(steps: list[Step]) -> None:
        applicant = Applicant(market, round_id, next(numbers))
        everybody.append(applicant)
        for place, step in enumerate(steps):
            applicant.does(step, f"step {place}")
        applicant.check()

    one_person()
    closed = market.staff.run(lambda session: close_round(session, round_id, now=CLOSES + timedelta(seconds=1)))
    files = market.staff.run(lambda session: draw_files(session, round_id))
    standing = {(each.receipt, each.units) for each in everybody if each.units is not None}
    assert {(row.receipt, row.units) for row in parse_applications(files[APPLICATIONS_FILE])} == standing
    assert closed.root == running_root([(receipt, units) for receipt, units in standing]).hex()
    assert closed.received == len({each.receipt for each in everybody if each.version})
