"""A rule sheet is published exactly while nobody can have applied under another one and somebody still can apply."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.ceremony.rules.sheets import check_not_opened
from issuance.model import Round, RoundState
from kernel.clock import city_time
from kernel.refusals import Refusal
from tests.issuance.market import ROUND

MIDNIGHT = city_time(date(2027, 5, 1))
INSTANTS = st.integers(min_value=0, max_value=40).map(lambda hours: MIDNIGHT + timedelta(hours=hours))


@settings(deadline=None, max_examples=200)
@given(
    state=st.sampled_from(RoundState),
    window=st.tuples(INSTANTS, INSTANTS).filter(lambda pair: pair[0] < pair[1]),
    now=INSTANTS,
)
def test_a_sheet_comes_before_the_first_application_and_is_not_in_vain(
    state: RoundState, window: tuple[object, object], now: object
) -> None:
    opens_at, closes_at = window
    members = {**vars(ROUND), "opens_at": opens_at, "closes_at": closes_at}
    round_ = Round(**members, id=UUID(int=1), campaign_id=UUID(int=2), number=1, state=state)
    try:
        check_not_opened(round_, now)  # type: ignore[arg-type]
        may_publish = True
    except Refusal:
        may_publish = False

    hours = [MIDNIGHT + timedelta(hours=number) for number in range(42)]
    opened = Round(**members, id=UUID(int=1), campaign_id=UUID(int=2), number=1, state=RoundState.OPEN)
    had_a_chance = state is not RoundState.ANNOUNCED and any(opened.takes_applications(at) for at in hours if at <= now)  # type: ignore[operator]
    has_a_chance = any(opened.takes_applications(at) for at in hours if at >= now)  # type: ignore[operator]
    is_alive = state is not RoundState.WITHDRAWN
    assert may_publish == (is_alive and not had_a_chance and has_a_chance)
    if state is not RoundState.OPEN:
        assert not any(round_.takes_applications(at) for at in hours)
