"""Many at the same moment with one code, token, request, device, proof or consent: one wins, and theft is noticed.

Of two uses of one code or refresh token exactly one gets tokens; the other is a second use, which ends all that came of
the first (RFC 9700, sections 2.1.1 and 4.14.2). Nobody can tell a thief from an application that asks twice at once.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from identity.model import Acr, Holder, HolderKind, ImportedResident
from identity.provider.keyring import READ_AGAIN_AFTER
from identity.provider.model import Answer, TokenAnswer
from identity.provider.operations.begin_authorization import begin_authorization
from identity.provider.operations.begin_device_authorization import begin_device_authorization
from identity.provider.operations.decide_device import decide_device
from identity.provider.operations.end_sessions import end_sessions
from identity.provider.operations.exchange_device_code import exchange_device_code
from identity.provider.operations.rotate_signing_keys import rotate_signing_keys
from identity.provider.operations.withdraw_consent import withdraw_consent
from identity.provider.queries import consents_of, stored_keys
from identity.provider.refusals import GrantNotValid
from kernel.clock import SetClock
from kernel.db import Database
from kernel.refusals import Refusal
from tests.conftest import MakeDatabase
from tests.identity.conftest import clock, residents, staff_database
from tests.identity.provider.operations.world import FARM, KIOSK, SEALING, TOWN, World, claims_of
from tests.races.crowd import at_once

__all__ = ["clock", "residents", "staff_database"]
MANY = 8


@pytest.fixture
def world(
    make_database: MakeDatabase, staff_database: Database, clock: SetClock, residents: list[ImportedResident]
) -> World:
    database = make_database("kashiman_pay", pool_size=MANY)
    return World(database, staff_database, clock, Holder(HolderKind.RESIDENT, residents[0].person_id))


def counted(answers: Sequence[object]) -> Counter[str]:
    """How often each kind of answer came; a refusal by its code."""
    return Counter(answer.code if isinstance(answer, Refusal) else type(answer).__name__ for answer in answers)


def many(work: Callable[[], object]) -> list[object]:
    return at_once([work] * MANY)


def test_asvs_10_4_2_of_many_exchanges_of_one_code_one_wins_and_the_others_end_what_it_got(world: World) -> None:
    code = world.code(TOWN, world.sign_in(), scope="openid offline_access")
    answers = many(lambda: world.exchange(TOWN, code))
    assert counted(answers) == {"TokenAnswer": 1, "grant_used_twice": MANY - 1}
    won = next(answer for answer in answers if isinstance(answer, TokenAnswer))
    assert not world.stands(won)
    assert world.refresh(TOWN, won.refresh_token) == GrantNotValid()
    assert world.rows("SELECT count(*) FROM identity.refresh_tokens") == [(1,)]


def test_asvs_10_4_5_of_many_refreshes_of_one_token_one_wins_and_the_family_ends(world: World) -> None:
    first = world.tokens(TOWN)
    answers = many(lambda: world.refresh(TOWN, first.refresh_token))
    kinds = counted(answers)
    assert kinds["TokenAnswer"] == 1
    assert kinds["grant_used_twice"] >= 1
    assert kinds["grant_used_twice"] + kinds["grant_not_valid"] == MANY - 1, "later ones find the family ended"
    won = next(answer for answer in answers if isinstance(answer, TokenAnswer))
    assert not world.stands(won)
    assert not world.stands(first)
    assert world.refresh(TOWN, won.refresh_token) == GrantNotValid()
    assert world.rows("SELECT count(*) FROM identity.refresh_tokens") == [(2,)]


def test_many_tokens_of_different_families_do_not_hinder_each_other(world: World) -> None:
    tokens = [world.tokens(TOWN).refresh_token for _ in range(MANY)]
    answers = at_once([lambda token=token: world.refresh(TOWN, token) for token in tokens])  # type: ignore[misc]
    assert counted(answers) == {"TokenAnswer": MANY}


def test_a_storm_goes_on_while_the_keys_are_read_again(world: World) -> None:
    tokens = [world.tokens(TOWN).refresh_token for _ in range(MANY)]
    world.clock.advance(READ_AGAIN_AFTER)
    answers = at_once([lambda token=token: world.refresh(TOWN, token) for token in tokens])  # type: ignore[misc]
    assert counted(answers) == {"TokenAnswer": MANY}


def test_of_many_uses_of_one_pushed_request_one_wins(world: World) -> None:
    uri = world.push(TOWN)
    sent = {"request_uri": [uri]}

    def bring() -> str:
        return world.run(
            lambda session: begin_authorization(session, TOWN, sent, browser="browser", now=world.clock.now())
        )

    assert counted(many(bring)) == {"str": 1, "authorization_request_over": MANY - 1}


def test_a_request_is_answered_with_one_code_however_often_the_browser_goes_on(world: World) -> None:
    browser = world.sign_in()
    handle = world.begin(TOWN, browser)
    answers = many(lambda: world.go_on(handle, browser))
    assert counted(answers) == {"Answer": 1, "authorization_request_over": MANY - 1}
    assert world.rows("SELECT count(*) FROM identity.authorization_codes") == [(1,)]


def test_a_double_click_agrees_once(world: World) -> None:
    browser = world.sign_in()
    handle = world.begin(FARM, browser)
    answers = many(lambda: world.consent(handle, browser))
    assert counted(answers) == {"Answer": 1, "authorization_request_over": MANY - 1}
    assert world.rows("SELECT count(*) FROM identity.consents") == [(1,)]


def test_of_a_yes_and_a_no_to_one_device_one_counts(world: World) -> None:
    codes = world.run(
        lambda session: begin_device_authorization(
            session, KIOSK, scopes=["openid"], application="1", now=world.clock.now()
        )
    )
    person = world.session_of(world.sign_in(acr=Acr.PASSKEY))

    def decide(agrees: bool) -> Callable[[], None]:
        return lambda: world.run(
            lambda session: decide_device(
                session, codes.user_code, person, agrees=agrees, wanted=Acr.PASSKEY, now=world.clock.now()
            )
        )

    answers = at_once([decide(number % 2 == 0) for number in range(MANY)])
    assert counted(answers) == {"NoneType": 1, "device_code_unknown": MANY - 1}
    is_allowed = answers.index(None) % 2 == 0
    granted = world.rows("SELECT count(*) FROM identity.grants")
    assert granted == [(1 if is_allowed else 0,)]


def test_a_device_gets_one_token_however_many_ask_at_once(world: World) -> None:
    codes = world.run(
        lambda session: begin_device_authorization(
            session, KIOSK, scopes=["openid"], application="1", now=world.clock.now()
        )
    )
    person = world.session_of(world.sign_in(acr=Acr.PASSKEY))
    world.run(
        lambda session: decide_device(
            session, codes.user_code, person, agrees=True, wanted=Acr.PASSKEY, now=world.clock.now()
        )
    )

    def ask() -> object:
        return world.run(
            lambda session: exchange_device_code(
                session, KIOSK, device_code=codes.device_code, thumbprint=None, mint=world.mint, now=world.clock.now()
            )
        )

    assert counted(many(ask)) == {"TokenAnswer": 1, "grant_not_valid": MANY - 1}


def test_asvs_10_4_16_of_many_with_one_assertion_one_is_believed(world: World) -> None:
    assertion = world.assertion()
    assert counted(many(lambda: world.authenticate(assertion))) == {"Client": 1, "client_not_proven": MANY - 1}


def test_one_person_has_one_subject_however_many_ask_first(world: World) -> None:
    codes = [world.code(TOWN, world.sign_in(secret=f"browser {number}")) for number in range(MANY)]
    answers = at_once([lambda code=code: world.exchange(TOWN, code) for code in codes])  # type: ignore[misc]
    subjects = {claims_of(answer.access_token)["sub"] for answer in answers if isinstance(answer, TokenAnswer)}
    assert (counted(answers), len(subjects)) == ({"TokenAnswer": MANY}, 1)


@pytest.mark.parametrize("attempt", range(4))
def test_asvs_7_4_1_nothing_that_is_granted_while_everything_ends_outlives_it(world: World, attempt: int) -> None:
    browser = world.sign_in()
    handles = [world.begin(TOWN, browser, scope="openid offline_access") for _ in range(MANY - 1)]

    def end() -> int:
        return world.run(lambda session: end_sessions(session, world.person, now=world.clock.now()))

    works: list[Callable[[], object]] = [lambda handle=handle: world.go_on(handle, browser) for handle in handles]  # type: ignore[misc]
    works.insert(attempt, end)
    answers = at_once(works)
    assert not [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, Refusal)]
    codes = [answer.parameters["code"] for answer in answers if isinstance(answer, Answer)]
    assert counted([world.exchange(TOWN, code) for code in codes]) == ({"grant_not_valid": len(codes)} if codes else {})


def test_asvs_10_7_3_a_withdrawal_beside_a_refresh_leaves_nothing_that_stands(world: World) -> None:
    first = world.tokens(FARM)
    consent = world.run(lambda session: consents_of(session, world.person))[0]

    def withdraw() -> None:
        world.run(lambda session: withdraw_consent(session, world.person, consent.id, now=world.clock.now()))

    answers = at_once([withdraw, lambda: world.refresh(FARM, first.refresh_token)])
    assert answers[0] is None
    for answer in (first, answers[1]):
        assert not isinstance(answer, TokenAnswer) or not world.stands(answer)
    if isinstance(answers[1], TokenAnswer):
        assert world.refresh(FARM, answers[1].refresh_token) == GrantNotValid()


def test_two_who_turn_the_keys_turn_them_once(world: World) -> None:
    world.clock.advance(timedelta(minutes=10))

    def turn() -> None:
        world.staff.run(lambda session: rotate_signing_keys(session, secret=SEALING, now=world.clock.now()))

    assert counted(at_once([turn, turn])) == {"NoneType": 1, "key_not_published_long_enough": 1}
    assert len(world.run(stored_keys)) == 6
