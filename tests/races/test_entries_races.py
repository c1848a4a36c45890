"""Phone, counter and paper at one instant are one application, whoever comes first."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import UUID

import pytest

from issuance.model import ApplicationReceipt, ApplicationRequest, Channel, ClerkEntry, WithdrawalRequest
from issuance.operations.submit_applications import submit_applications
from issuance.operations.withdraw_application import withdraw_application
from issuance.queries import application_history
from issuance.refusals import AlreadyApplied, PaperFormAlreadyEntered
from kernel.clock import SetClock, city_date
from kernel.db import Database
from kernel.refusals import Refusal
from tests.issuance.market import HANA, OPENS, SIGNER, Market, application, contents, person

THREADS = 6
ROUNDS_OF_THE_RACE = 8


@pytest.fixture
def market(make_database: Callable[..., Database]) -> Market:
    return Market(lambda role: make_database(role, pool_size=THREADS))


def at_once(market: Market, requests: Sequence[ApplicationRequest]) -> list[ApplicationReceipt | Refusal]:
    barrier = Barrier(len(requests))

    def apply(request: ApplicationRequest) -> ApplicationReceipt | Refusal:
        database = market.staff if request.entry else market.apply
        barrier.wait()
        return database.run(
            lambda session: submit_applications(session, [request], signer=SIGNER, clock=SetClock(OPENS))
        )[0]

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(apply, requests))


def entered(round_id: UUID, number: int, units: int, form: str | None = None) -> ApplicationRequest:
    entry = ClerkEntry(HANA.id, form, city_date(OPENS) if form else None)
    channel = Channel.PAPER if form else Channel.COUNTER
    return replace(application(round_id, number, units), channel=channel, entry=entry)


def test_phone_and_counter_at_one_instant_are_exactly_one_application(market: Market) -> None:
    round_id = market.opened()
    for number in range(ROUNDS_OF_THE_RACE):
        outcomes = at_once(market, [application(round_id, number, 2), entered(round_id, number, 3)])
        (taken,) = [item for item in outcomes if isinstance(item, ApplicationReceipt)]
        (refused,) = [item for item in outcomes if isinstance(item, AlreadyApplied)]
        assert (refused.receipt, refused.version, refused.units) == (taken.receipt.receipt, 1, taken.receipt.units)
        assert refused.channel == ("counter" if taken.receipt.units == 3 else "web")
    (stored,) = contents(market.staff, "issuance.applications").values()
    assert len(stored) == ROUNDS_OF_THE_RACE


def test_five_devices_and_a_clerk_get_one_number_between_them(market: Market) -> None:
    round_id = market.opened()
    for number in range(ROUNDS_OF_THE_RACE):
        devices = [replace(application(round_id, number, 2), key=f"device {each}") for each in range(5)]
        outcomes = at_once(market, [*devices, entered(round_id, number, 2, f"K-{number}")])
        receipts = {item.receipt.receipt for item in outcomes if isinstance(item, ApplicationReceipt)}
        assert len(receipts) == 1
        assert {type(item) for item in outcomes if isinstance(item, Refusal)} == {AlreadyApplied}
    (stored,) = contents(market.staff, "issuance.applications").values()
    assert len(stored) == ROUNDS_OF_THE_RACE


def test_one_form_typed_by_two_clerks_for_two_people_is_one_persons(market: Market) -> None:
    round_id = market.opened()
    for number in range(ROUNDS_OF_THE_RACE):
        form = f"K-{number}"
        outcomes = at_once(market, [entered(round_id, 2 * number + who, 1, form) for who in range(2)])
        assert sorted(isinstance(item, ApplicationReceipt) for item in outcomes) == [False, True]
        assert PaperFormAlreadyEntered(form_number=form) in outcomes


def test_changing_and_withdrawing_at_one_instant_leave_one_story(market: Market) -> None:
    round_id = market.opened()
    market.apply_for([2] * ROUNDS_OF_THE_RACE)
    for number in range(ROUNDS_OF_THE_RACE):
        barrier = Barrier(2)

        def withdraw(who: int = number, barrier: Barrier = barrier) -> None:
            barrier.wait()
            asked = WithdrawalRequest(round_id, person(who), key="w")
            market.apply.run(lambda session: withdraw_application(session, asked, clock=SetClock(OPENS)))

        def change(who: int = number, barrier: Barrier = barrier) -> None:
            barrier.wait()
            market.submit(application(round_id, who, 4, "c"))

        with ThreadPoolExecutor(2) as threads:
            for running in [threads.submit(withdraw), threads.submit(change)]:
                running.result(30)
        told = market.apply.run(
            lambda session, who=number: application_history(  # type: ignore[misc]
                session, round_id, person(who), receipt_keys=SIGNER.public_keys
            )
        )
        assert told is not None
        assert [item.units for item in told.versions] in ([2, None, 4], [2, 4, None])
        assert [item.version for item in told.versions] == [1, 2, 3]
