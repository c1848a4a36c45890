"""Links to LINE and マイナアプリ: who may make them, whom they let in, and what a provider may not say."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from identity.doors.model import Link, Provider, ProviderIdentity, VerifiedClaims
from identity.doors.operations.link_by_verified_claims import link_by_verified_claims
from identity.doors.operations.link_identity import link_identity
from identity.doors.operations.sign_in_by_link import sign_in_by_link
from identity.doors.operations.unlink_identity import unlink_identity
from identity.doors.queries import doors_of, links_of
from identity.doors.refusals import (
    DoorNotFound,
    LastDoorStays,
    ProviderNotLinked,
    SignInNotRecent,
    SignInTooWeakForDoor,
    SubjectAlreadyLinked,
    VerifiedPersonDiffers,
    VerifiedPersonNotFound,
)
from identity.doors.rules.links import the_one_resident
from identity.model import Acr, Holder, ProvenSignIn
from identity.queries import resident_profile
from kernel.clock import SetClock
from kernel.db import Database
from kernel.refusals import BooksBroken, Refusal
from tests.identity.doors.visits import came, issue_postcard, meeting, rows

TARO_CLAIMS = VerifiedClaims(name="鹿島　太郎", birth_date=date(1980, 4, 1), address="佐賀県鹿島市浜町９００１")
LINKS = "SELECT provider_subject, person_id, last_used_at, ended_at FROM identity.links ORDER BY linked_at, id"


def line(at: datetime, subject: str = "U1", client: str = "login") -> ProviderIdentity:
    return ProviderIdentity(
        provider=Provider.LINE, client=client, subject=subject, acr=Acr.LINE, amr=("linesso",), auth_time=at
    )


def das(at: datetime, claims: VerifiedClaims | None = TARO_CLAIMS, subject: str = "P1") -> ProviderIdentity:
    return ProviderIdentity(
        provider=Provider.DAS,
        client="RP1",
        subject=subject,
        acr=Acr.JPKI_AUTH,
        amr=("pin", "hwk"),
        auth_time=at,
        claims=claims,
    )


class Doorman:
    """Link, unlink and let in at one database; what is refused comes back as the answer."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database, self.clock = database, clock

    def link(self, identity: ProviderIdentity, holder: Holder, acr: Acr = Acr.POSTCARD) -> Link | Refusal:
        signed_in = came(holder, acr, self.clock)
        try:
            return self.database.run(
                lambda session: link_identity(session, identity, signed_in=signed_in, now=self.clock.now())
            )
        except Refusal as refusal:
            return refusal

    def unlink(self, link: Link, holder: Holder, acr: Acr = Acr.POSTCARD, seconds_ago: int = 0) -> Refusal | None:
        signed_in = came(holder, acr, self.clock, seconds_ago=seconds_ago)
        try:
            self.database.run(
                lambda session: unlink_identity(session, link.link_id, signed_in=signed_in, now=self.clock.now())
            )
        except Refusal as refusal:
            return refusal
        return None

    def sign_in(self, identity: ProviderIdentity) -> ProvenSignIn | Refusal:
        try:
            return self.database.run(lambda session: sign_in_by_link(session, identity, now=self.clock.now()))
        except Refusal as refusal:
            return refusal

    def come_in_by_card(self, identity: ProviderIdentity) -> ProvenSignIn | Refusal:
        try:
            return self.database.run(lambda session: link_by_verified_claims(session, identity, now=self.clock.now()))
        except Refusal as refusal:
            return refusal

    def linked(self, identity: ProviderIdentity, holder: Holder, acr: Acr = Acr.POSTCARD) -> Link:
        link = self.link(identity, holder, acr)
        assert isinstance(link, Link)
        return link


@pytest.fixture
def doorman(database: Database, clock: SetClock) -> Doorman:
    return Doorman(database, clock)


def test_a_resident_links_line_and_comes_in_by_it_at_its_own_level(
    doorman: Doorman, resident: Holder, clock: SetClock, database: Database
) -> None:
    doorman.linked(line(clock.now()), resident)
    signed_at = clock.now() + timedelta(days=1)
    clock.advance(timedelta(days=1, seconds=30))
    assert doorman.sign_in(line(signed_at)) == ProvenSignIn(resident, Acr.LINE, ("linesso",), signed_at)
    (link,) = database.run(lambda session: links_of(session, resident.id))
    assert link.last_used_at == clock.now()


def test_a_provider_whose_clock_is_ahead_proves_nothing_later_than_now(
    doorman: Doorman, resident: Holder, clock: SetClock
) -> None:
    doorman.linked(line(clock.now()), resident)
    answer = doorman.sign_in(line(clock.now() + timedelta(hours=1)))
    assert isinstance(answer, ProvenSignIn)
    assert answer.at == clock.now()


def test_asvs_6_8_1_a_subject_is_known_by_provider_and_client_together(
    doorman: Doorman, resident: Holder, clock: SetClock
) -> None:
    doorman.linked(line(clock.now(), "same"), resident)
    assert doorman.sign_in(line(clock.now(), "same", client="messaging")) == ProviderNotLinked("line")
    assert doorman.sign_in(das(clock.now(), subject="same")) == ProviderNotLinked("das")


def test_asvs_6_8_1_the_same_subject_of_two_providers_may_be_two_people(
    doorman: Doorman, resident: Holder, other_resident: Holder, clock: SetClock
) -> None:
    doorman.linked(line(clock.now(), "same"), other_resident)
    doorman.linked(das(clock.now(), subject="same"), resident)
    signed_in = doorman.sign_in(line(clock.now(), "same")), doorman.sign_in(das(clock.now(), subject="same"))
    assert [one.holder for one in signed_in if isinstance(one, ProvenSignIn)] == [other_resident, resident]


@pytest.mark.parametrize("acr", [Acr.JPKI_AUTH, Acr.PASSKEY, Acr.POSTCARD])
def test_asvs_6_8_4_line_proves_no_more_than_line(
    doorman: Doorman, resident: Holder, clock: SetClock, acr: Acr
) -> None:
    doorman.linked(line(clock.now()), resident)
    with pytest.raises(BooksBroken):
        doorman.sign_in(replace(line(clock.now()), acr=acr))


def test_a_subject_of_somebody_else_is_refused_and_nothing_tells_whose(
    doorman: Doorman, resident: Holder, other_resident: Holder, clock: SetClock, database: Database
) -> None:
    doorman.linked(line(clock.now()), resident)
    stored = rows(database, LINKS)
    refused = doorman.link(line(clock.now()), other_resident)
    assert refused == SubjectAlreadyLinked("line")
    assert isinstance(refused, Refusal)
    assert refused.facts == {"provider": "line"}
    assert rows(database, LINKS) == stored


def test_one_subject_linked_by_two_at_the_same_moment_belongs_to_one(
    doorman: Doorman, resident: Holder, other_resident: Holder, clock: SetClock, database: Database
) -> None:
    by_postcard = came(resident, Acr.POSTCARD, clock)
    answers = meeting(
        database,
        lambda session: link_identity(session, line(clock.now()), signed_in=by_postcard, now=clock.now()),
        lambda: doorman.link(line(clock.now()), other_resident),
    )
    assert answers[1] == SubjectAlreadyLinked("line")
    assert [row[:2] for row in rows(database, LINKS)] == [("U1", resident.id)]


def test_linking_the_same_subject_again_answers_the_link_that_is_there(
    doorman: Doorman, resident: Holder, clock: SetClock, database: Database
) -> None:
    assert doorman.link(line(clock.now()), resident) == doorman.link(line(clock.now()), resident)
    assert len(rows(database, LINKS)) == 1


def test_another_line_account_takes_the_place_of_the_first(
    doorman: Doorman, resident: Holder, clock: SetClock, database: Database
) -> None:
    doorman.linked(line(clock.now()), resident)
    doorman.linked(line(clock.now(), "U2"), resident)
    assert doorman.sign_in(line(clock.now())) == ProviderNotLinked("line")
    assert [link.subject for link in database.run(lambda session: links_of(session, resident.id))] == ["U2"]


def test_asvs_6_4_4_line_links_nothing(doorman: Doorman, resident: Holder, clock: SetClock, database: Database) -> None:
    assert doorman.link(line(clock.now()), resident, Acr.LINE) == SignInTooWeakForDoor("line")
    assert doorman.link(das(clock.now()), resident, Acr.LINE) == SignInTooWeakForDoor("das")
    assert rows(database, LINKS) == []


@pytest.mark.parametrize(
    "claims",
    [
        None,
        VerifiedClaims(),
        replace(TARO_CLAIMS, name=None),
        replace(TARO_CLAIMS, birth_date=None),
        replace(TARO_CLAIMS, name="鹿島 次郎"),
        replace(TARO_CLAIMS, birth_date=date(1980, 4, 2)),
    ],
)
def test_asvs_6_4_4_the_card_of_somebody_else_is_not_linked(
    doorman: Doorman, resident: Holder, clock: SetClock, database: Database, claims: VerifiedClaims | None
) -> None:
    for acr in (Acr.POSTCARD, Acr.PASSKEY, Acr.COUNTER):
        assert doorman.link(das(clock.now(), claims), resident, acr) == VerifiedPersonDiffers()
    assert rows(database, LINKS) == []


def test_whoever_came_by_card_links_another_client_without_claims(
    doorman: Doorman, resident: Holder, clock: SetClock
) -> None:
    doorman.linked(das(clock.now()), resident)
    doorman.linked(replace(das(clock.now(), None), client="RP2"), resident, Acr.JPKI_AUTH)


def test_asvs_6_4_4_a_linked_card_is_replaced_by_card_or_at_the_counter_only(
    doorman: Doorman, resident: Holder, clock: SetClock, database: Database
) -> None:
    doorman.linked(das(clock.now()), resident)
    another = das(clock.now(), subject="P2")
    for acr in (Acr.POSTCARD, Acr.PASSKEY):
        assert doorman.link(another, resident, acr) == SignInTooWeakForDoor("das")
    assert [link.subject for link in database.run(lambda session: links_of(session, resident.id))] == ["P1"]
    assert doorman.linked(another, resident, Acr.COUNTER).subject == "P2"


def test_a_resident_unknown_here_comes_in_by_card_and_is_linked(
    doorman: Doorman, resident: Holder, clock: SetClock
) -> None:
    expected = ProvenSignIn(resident, Acr.JPKI_AUTH, ("pin", "hwk"), clock.now())
    assert doorman.come_in_by_card(das(clock.now())) == expected
    assert doorman.sign_in(das(clock.now(), None)) == expected
    assert doorman.come_in_by_card(das(clock.now(), None)) == expected


@pytest.mark.parametrize(
    "claims",
    [
        None,
        replace(TARO_CLAIMS, name="鹿島 次郎"),
        replace(TARO_CLAIMS, birth_date=None),
        replace(TARO_CLAIMS, birth_date=date(1982, 12, 3)),
        replace(TARO_CLAIMS, address=None),
        replace(TARO_CLAIMS, address="佐賀県嬉野市浜町9001"),
        replace(TARO_CLAIMS, address="佐賀県鹿島市浜町9001 202号"),
    ],
)
def test_asvs_6_3_8_whoever_is_not_exactly_one_resident_is_not_found(
    doorman: Doorman, resident: Holder, clock: SetClock, database: Database, claims: VerifiedClaims | None
) -> None:
    assert doorman.come_in_by_card(das(clock.now(), claims)) == VerifiedPersonNotFound()
    assert rows(database, LINKS) == []


def test_line_brings_nobody_in_by_claims(doorman: Doorman, resident: Holder, clock: SetClock) -> None:
    claiming = replace(line(clock.now()), claims=TARO_CLAIMS)
    assert doorman.come_in_by_card(claiming) == VerifiedPersonNotFound()


def test_two_residents_who_look_the_same_are_not_told_apart(database: Database, resident: Holder) -> None:
    person = database.run(lambda session: resident_profile(session, resident.id))
    assert the_one_resident(TARO_CLAIMS, [person]) == person
    with pytest.raises(VerifiedPersonNotFound):
        the_one_resident(TARO_CLAIMS, [person, person])


def test_asvs_6_4_4_another_card_does_not_take_the_place_of_a_linked_one_by_itself(
    doorman: Doorman, resident: Holder, clock: SetClock, database: Database
) -> None:
    doorman.linked(das(clock.now()), resident)
    assert doorman.come_in_by_card(das(clock.now(), subject="P2")) == SignInTooWeakForDoor("das")
    assert len(rows(database, LINKS)) == 1


def test_a_link_is_ended_and_its_subject_may_be_linked_anew(
    doorman: Doorman, resident: Holder, other_resident: Holder, clock: SetClock, staff_database: Database
) -> None:
    issue_postcard(staff_database, resident, clock)
    link = doorman.linked(line(clock.now()), resident)
    assert doorman.unlink(link, resident) is None
    assert doorman.sign_in(line(clock.now())) == ProviderNotLinked("line")
    assert doorman.unlink(link, resident) == DoorNotFound()
    doorman.linked(line(clock.now()), other_resident)


def test_a_link_is_not_ended_by_others_from_below_too_late_or_as_the_last_door(
    doorman: Doorman, resident: Holder, other_resident: Holder, clock: SetClock, database: Database
) -> None:
    to_line, to_das = doorman.linked(line(clock.now()), resident), doorman.linked(das(clock.now()), resident)
    stored = rows(database, LINKS)
    assert doorman.unlink(to_line, other_resident) == DoorNotFound()
    assert doorman.unlink(to_line, resident, Acr.LINE) == SignInTooWeakForDoor("line")
    assert doorman.unlink(to_das, resident, Acr.PASSKEY) == SignInTooWeakForDoor("das")
    assert doorman.unlink(to_line, resident, seconds_ago=301) == SignInNotRecent(300)
    assert rows(database, LINKS) == stored
    assert doorman.unlink(to_line, resident) is None
    assert doorman.unlink(to_das, resident, Acr.JPKI_AUTH) == LastDoorStays()
    assert [door.reference for door in database.run(lambda session: doors_of(session, resident))] == [
        str(to_das.link_id)
    ]
