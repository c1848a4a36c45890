"""Passkeys: what registers and opens the door, and everything that does not."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from identity.doors.model import NewPasskey
from identity.doors.operations.finish_passkey_sign_in import finish_passkey_sign_in
from identity.doors.operations.revoke_passkey import revoke_passkey
from identity.doors.queries import passkeys_of
from identity.doors.refusals import (
    LabelUnusable,
    PasskeyAlreadyRegistered,
    PasskeyChallengeOver,
    PasskeyMayBeCopied,
    PasskeyNotVerified,
    PasskeyResponseUnreadable,
    PasskeysTooMany,
    PasskeyUnknown,
)
from identity.doors.rules.passkeys import demand_counter_rises
from identity.model import Acr, Holder, ProvenSignIn, ShopRole
from kernel.clock import SetClock
from kernel.db import Database
from tests.identity.doors.software_authenticator import BACKED_UP, CAN_BE_BACKED_UP, PRESENT, VERIFIED
from tests.identity.doors.visits import (
    ORIGIN,
    PARTY,
    Passkeys,
    browser,
    came,
    issue_postcard,
    meeting,
    new_authenticator,
    rows,
)

COUNTERS = "SELECT sign_count, last_used_at, sign_count_fell_at FROM identity.passkeys"


def test_a_resident_registers_a_passkey_and_comes_in_by_it(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database
) -> None:
    authenticator = passkeys.registered(resident)
    clock.advance(timedelta(days=30))
    assert passkeys.signed_in(authenticator) == ProvenSignIn(resident, Acr.PASSKEY, ("pop", "user"), clock.now())
    (stored,) = database.run(lambda session: passkeys_of(session, resident))
    assert stored.credential_id == authenticator.credential_id
    assert (stored.device_type, stored.backed_up, stored.transports) == ("multi_device", True, ("hybrid", "internal"))
    assert (stored.label, stored.last_used_at, stored.is_usable) == ("スマホ", clock.now(), True)


def test_a_shop_user_comes_in_by_passkey(passkeys: Passkeys, employ: Callable[..., Holder], clock: SetClock) -> None:
    cashier = employ(ShopRole.CASHIER)
    authenticator = passkeys.registered(cashier)
    assert passkeys.signed_in(authenticator) == ProvenSignIn(cashier, Acr.PASSKEY, ("pop", "user"), clock.now())


def test_options_ask_for_a_discoverable_passkey_with_a_verified_user(
    passkeys: Passkeys, resident: Holder, clock: SetClock
) -> None:
    known = passkeys.registered(resident)
    options = passkeys.begin_registration(came(resident, Acr.PASSKEY, clock))
    assert options["rp"] == {"id": "id.kashima.example", "name": "鹿島市ID"}
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert [item["id"] for item in options["excludeCredentials"]] == [bytes_to_base64url(known.credential_id)]
    sign_in = passkeys.begin_sign_in()
    assert (sign_in["userVerification"], sign_in["allowCredentials"]) == ("required", [])


def test_the_user_handle_is_64_random_bytes_that_stay_and_say_nothing_of_the_person(
    passkeys: Passkeys, resident: Holder, other_resident: Holder, clock: SetClock
) -> None:
    handles = [
        base64url_to_bytes(passkeys.begin_registration(came(holder, Acr.COUNTER, clock))["user"]["id"])
        for holder in (resident, resident, other_resident)
    ]
    assert [len(handle) for handle in handles] == [64, 64, 64]
    assert handles[0] == handles[1] != handles[2]
    assert resident.id.bytes not in handles[0]


def test_asvs_6_7_2_a_challenge_is_32_random_bytes_and_answered_once(
    passkeys: Passkeys, resident: Holder, database: Database
) -> None:
    authenticator = passkeys.registered(resident)
    options = [passkeys.begin_sign_in() for _ in range(2)]
    challenges = {base64url_to_bytes(one["challenge"]) for one in options}
    assert [len(challenge) for challenge in challenges] == [32, 32]
    answer = authenticator.sign_in(options[0])
    assert isinstance(passkeys.finish_sign_in(answer), ProvenSignIn)
    stored = rows(database, COUNTERS)
    assert passkeys.finish_sign_in(answer) == PasskeyChallengeOver()
    assert rows(database, COUNTERS) == stored


def test_asvs_6_7_2_a_challenge_to_register_is_answered_once(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database
) -> None:
    options = passkeys.begin_registration(came(resident, Acr.COUNTER, clock))
    assert isinstance(passkeys.finish_registration(new_authenticator().register(options), resident), NewPasskey)
    again = new_authenticator().register(options)
    assert passkeys.finish_registration(again, resident) == PasskeyChallengeOver()
    assert len(rows(database, COUNTERS)) == 1


def test_of_two_answers_to_one_challenge_at_the_same_moment_one_comes_in(
    passkeys: Passkeys, resident: Holder, database: Database, clock: SetClock
) -> None:
    authenticator = passkeys.registered(resident)
    answer, now = authenticator.sign_in(passkeys.begin_sign_in()), clock.now()
    answers = meeting(
        database,
        lambda session: finish_passkey_sign_in(session, answer, party=PARTY, browser_session=browser("phone"), now=now),
        lambda: passkeys.finish_sign_in(answer),
    )
    assert answers == [ProvenSignIn(resident, Acr.PASSKEY, ("pop", "user"), now), PasskeyChallengeOver()]


def test_a_challenge_lives_for_five_minutes(passkeys: Passkeys, resident: Holder, clock: SetClock) -> None:
    authenticator = passkeys.registered(resident)
    early, late = (authenticator.sign_in(passkeys.begin_sign_in()) for _ in range(2))
    clock.advance(timedelta(minutes=5) - timedelta(microseconds=1))
    assert isinstance(passkeys.finish_sign_in(early), ProvenSignIn)
    clock.advance(timedelta(microseconds=1))
    assert passkeys.finish_sign_in(late) == PasskeyChallengeOver()


def test_a_challenge_belongs_to_one_browser_one_purpose_and_one_holder(
    passkeys: Passkeys, resident: Holder, other_resident: Holder, clock: SetClock
) -> None:
    authenticator = passkeys.registered(resident)
    stolen = authenticator.sign_in(passkeys.begin_sign_in())
    assert passkeys.finish_sign_in(stolen, at="another browser") == PasskeyChallengeOver()
    assert isinstance(passkeys.finish_sign_in(stolen), ProvenSignIn)
    to_register = passkeys.begin_registration(came(resident, Acr.COUNTER, clock))
    assert passkeys.finish_sign_in(authenticator.sign_in(to_register)) == PasskeyChallengeOver()
    anew = new_authenticator().register(to_register)
    assert passkeys.finish_registration(anew, other_resident) == PasskeyChallengeOver()


def test_of_one_browser_the_latest_eight_challenges_live(passkeys: Passkeys, resident: Holder, clock: SetClock) -> None:
    authenticator = passkeys.registered(resident)
    begun = []
    for _ in range(9):
        begun.append(passkeys.begin_sign_in())
        clock.advance(timedelta(seconds=1))
    assert passkeys.finish_sign_in(authenticator.sign_in(begun[0])) == PasskeyChallengeOver()
    assert isinstance(passkeys.finish_sign_in(authenticator.sign_in(begun[1])), ProvenSignIn)


@pytest.mark.parametrize(
    "falsified",
    [
        {"origin": "https://id.kashima.example.evil.example"},
        {"origin": "http://id.kashima.example"},
        {"rp_id": "kashima.example"},
        {"flags": PRESENT | CAN_BE_BACKED_UP | BACKED_UP},
        {"flags": VERIFIED | CAN_BE_BACKED_UP | BACKED_UP},
        {"flags": PRESENT | VERIFIED | BACKED_UP},
        {"cross_origin": True},
    ],
    ids=["origin", "scheme", "relying party", "user not verified", "user not present", "impossible backup", "framed"],
)
def test_asvs_6_3_3_what_does_not_verify_neither_registers_nor_comes_in(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database, falsified: dict[str, Any]
) -> None:
    authenticator = passkeys.registered(resident)
    stored = rows(database, COUNTERS)
    liar = new_authenticator()
    for name, value in falsified.items():
        setattr(authenticator, name, value)
        setattr(liar, name, value)
    assert passkeys.signed_in(authenticator) == PasskeyNotVerified()
    options = passkeys.begin_registration(came(resident, Acr.COUNTER, clock))
    assert passkeys.finish_registration(liar.register(options), resident) == PasskeyNotVerified()
    assert rows(database, COUNTERS) == stored


def test_a_failed_answer_uses_its_challenge_up(passkeys: Passkeys, resident: Holder) -> None:
    authenticator = passkeys.registered(resident)
    options = passkeys.begin_sign_in()
    authenticator.origin = "https://evil.example"
    assert passkeys.finish_sign_in(authenticator.sign_in(options)) == PasskeyNotVerified()
    authenticator.origin = ORIGIN
    assert passkeys.finish_sign_in(authenticator.sign_in(options)) == PasskeyChallengeOver()


def test_another_key_another_handle_and_another_kind_of_device_do_not_verify(
    passkeys: Passkeys, resident: Holder, other_resident: Holder
) -> None:
    authenticator, theirs = passkeys.registered(resident), passkeys.registered(other_resident)
    own_key, own_handle = authenticator.key, authenticator.user_handle
    authenticator.key = theirs.key
    assert passkeys.signed_in(authenticator) == PasskeyNotVerified()
    authenticator.key, authenticator.user_handle = own_key, theirs.user_handle
    assert passkeys.signed_in(authenticator) == PasskeyNotVerified()
    authenticator.user_handle = b""
    assert passkeys.signed_in(authenticator) == PasskeyNotVerified()
    authenticator.user_handle, authenticator.flags = own_handle, PRESENT | VERIFIED
    assert passkeys.signed_in(authenticator) == PasskeyNotVerified()


def test_a_counter_that_goes_back_is_refused_and_marked_for_good(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database
) -> None:
    authenticator = passkeys.registered(resident)
    for shown in (5, 6):
        authenticator.sign_count = shown
        assert isinstance(passkeys.signed_in(authenticator), ProvenSignIn)
    authenticator.sign_count = 6
    assert passkeys.signed_in(authenticator) == PasskeyMayBeCopied()
    assert rows(database, COUNTERS) == [(6, clock.now(), clock.now())]
    clock.advance(timedelta(minutes=1))
    authenticator.sign_count = 7
    assert passkeys.signed_in(authenticator) == PasskeyMayBeCopied()
    (stored,) = database.run(lambda session: passkeys_of(session, resident))
    assert not stored.is_usable


def test_whoever_cannot_sign_marks_nobodys_passkey(passkeys: Passkeys, resident: Holder, database: Database) -> None:
    authenticator = passkeys.registered(resident)
    authenticator.sign_count = 5
    passkeys.signed_in(authenticator)
    own_key, authenticator.key, authenticator.sign_count = authenticator.key, new_authenticator().key, 1
    assert passkeys.signed_in(authenticator) == PasskeyNotVerified()
    assert rows(database, "SELECT sign_count_fell_at FROM identity.passkeys") == [(None,)]
    authenticator.key, authenticator.sign_count = own_key, 6
    assert isinstance(passkeys.signed_in(authenticator), ProvenSignIn)


@pytest.mark.parametrize(("stored", "shown"), [(5, 5), (5, 4), (5, 0), (1, 0)])
def test_a_counter_that_does_not_rise_is_a_copy(stored: int, shown: int) -> None:
    with pytest.raises(PasskeyMayBeCopied):
        demand_counter_rises(stored, shown)


@pytest.mark.parametrize(("stored", "shown"), [(0, 0), (0, 1), (5, 6)])
def test_a_counter_that_rises_or_does_not_count_is_none(stored: int, shown: int) -> None:
    demand_counter_rises(stored, shown)


def test_asvs_6_5_6_a_revoked_or_unknown_passkey_opens_nothing(
    passkeys: Passkeys, resident: Holder, clock: SetClock, database: Database, staff_database: Database
) -> None:
    assert passkeys.signed_in(new_authenticator()) == PasskeyUnknown()
    authenticator = passkeys.registered(resident)
    issue_postcard(staff_database, resident, clock)
    database.run(
        lambda session: revoke_passkey(
            session, authenticator.credential_id, signed_in=came(resident, Acr.COUNTER, clock), now=clock.now()
        )
    )
    assert passkeys.signed_in(authenticator) == PasskeyUnknown()


def test_a_credential_is_registered_once_whoever_asks(
    passkeys: Passkeys, resident: Holder, other_resident: Holder, clock: SetClock
) -> None:
    authenticator = passkeys.registered(resident)
    options = passkeys.begin_registration(came(other_resident, Acr.COUNTER, clock))
    assert passkeys.finish_registration(authenticator.register(options), other_resident) == PasskeyAlreadyRegistered()


def test_an_answer_whose_name_is_not_that_of_its_credential_does_not_register(
    passkeys: Passkeys, resident: Holder, clock: SetClock
) -> None:
    options = passkeys.begin_registration(came(resident, Acr.COUNTER, clock))
    answer = json.loads(new_authenticator().register(options))
    answer["id"] = answer["rawId"] = bytes_to_base64url(b"another credential")
    assert passkeys.finish_registration(json.dumps(answer), resident) == PasskeyNotVerified()


def test_a_holder_has_at_most_twenty_passkeys(passkeys: Passkeys, resident: Holder, clock: SetClock) -> None:
    for _ in range(20):
        passkeys.registered(resident)
    with pytest.raises(PasskeysTooMany) as refused:
        passkeys.begin_registration(came(resident, Acr.PASSKEY, clock))
    assert refused.value == PasskeysTooMany(20)


@pytest.mark.parametrize("label", ["", " 　", "あ" * 41, "a\u202eb"])
def test_a_label_that_nobody_can_read_is_refused_before_the_challenge_is_used(
    passkeys: Passkeys, resident: Holder, clock: SetClock, label: str
) -> None:
    answer = new_authenticator().register(passkeys.begin_registration(came(resident, Acr.COUNTER, clock)))
    assert passkeys.finish_registration(answer, resident, label=label) == LabelUnusable(40)
    assert isinstance(passkeys.finish_registration(answer, resident, label=" 私の　スマホ "), NewPasskey)


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "[]", "{}", "{", "\ud800", "[" * 5_000, "x" * 30_001),
        '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":'
        '{"clientDataJSON":"AAAA","attestationObject":"AA","authenticatorData":"AA","signature":"AA"}}',
        '{"id":"あ","rawId":"あ","type":"public-key","response":'
        '{"clientDataJSON":"e30","attestationObject":"AA","authenticatorData":"AA","signature":"AA"}}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":'
        '{"clientDataJSON":"W10","attestationObject":"AA","authenticatorData":"AA","signature":"AA"}}',
    ],
)
def test_any_other_text_is_unreadable(passkeys: Passkeys, resident: Holder, text: str) -> None:
    assert passkeys.finish_sign_in(text) == PasskeyResponseUnreadable()
    assert passkeys.finish_registration(text, resident) == PasskeyResponseUnreadable()


@pytest.mark.parametrize("garbage", [b"", b"\xff" * 40, b"\xa0", b"\xa3" + b"\x00" * 60])
def test_garbage_from_an_authenticator_is_not_verified(
    passkeys: Passkeys, resident: Holder, clock: SetClock, garbage: bytes
) -> None:
    options = passkeys.begin_registration(came(resident, Acr.COUNTER, clock))
    answer = json.loads(new_authenticator().register(options))
    answer["response"]["attestationObject"] = bytes_to_base64url(garbage)
    assert passkeys.finish_registration(json.dumps(answer), resident) == PasskeyNotVerified()


@pytest.mark.parametrize("part", ["authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("garbage", [b"", b"\xff" * 36, b"\xff" * 200])
def test_garbage_does_not_come_in(passkeys: Passkeys, resident: Holder, part: str, garbage: bytes) -> None:
    answer = json.loads(passkeys.registered(resident).sign_in(passkeys.begin_sign_in()))
    answer["response"][part] = bytes_to_base64url(garbage)
    assert passkeys.finish_sign_in(json.dumps(answer)) == PasskeyNotVerified()
