"""A rule sheet is published by two people and opens its round; once applications count, it stays."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from issuance.ceremony.model import RuleSheetPlan
from issuance.ceremony.operations.confirm_rule_sheet import confirm_rule_sheet
from issuance.ceremony.operations.propose_rule_sheet import propose_rule_sheet
from issuance.ceremony.queries import rule_sheet, steps_of_draw
from issuance.ceremony.refusals import (
    DrawDatesNotInOrder,
    HoldersDoNotMatchRound,
    HouseholdCapMissing,
    NothingToConfirm,
    ProposalDiffers,
    RoundOpenedAlready,
)
from issuance.lottery.hashing import commitment
from issuance.lottery.refusals import CampaignKeyDiffers, DrawTimeBetweenRounds, RuleSheetMissing
from issuance.lottery.rule_sheet import (
    Grouping,
    PublishedRules,
    SecretHolder,
    parse_rule_sheet,
    write_rule_sheet,
)
from issuance.lottery.verifier import __file__ as VERIFIER
from issuance.model import Clerk
from issuance.model.draws import ListStatus
from issuance.refusals import (
    CampaignNumberOutOfRange,
    RoundHasNoDraw,
    RoundNeverOpened,
    RoundNotReady,
    RoundStillOpen,
    SecondPersonNeeded,
)
from issuance.rules.draw_steps import check_undisputed
from tests.issuance.ceremony.hall import close, files, refused
from tests.issuance.market import (
    CAMPAIGN,
    CLOSES,
    DRAW_AT,
    FIRST_COME,
    FUMI,
    HANA,
    JUST_BEFORE_CLOSING,
    OPENS,
    PAY_FROM,
    PLANNED,
    RECEIPT_KEYS,
    ROUND,
    SECRET,
    TERMS,
    Market,
    sheet_plan,
)

KEY = bytes(range(32, 64))
JUST_BEFORE_OPENING = OPENS - timedelta(seconds=1)


@pytest.fixture
def announced(market: Market) -> Market:
    """A round that is announced and has no rule sheet."""
    market.announced()
    return market


def propose(
    market: Market, plan: RuleSheetPlan | None = None, *, key: bytes | None = None, now: datetime = PLANNED
) -> str:
    return market.staff.run(
        lambda session: propose_rule_sheet(
            session,
            market.round_id,
            plan=plan or sheet_plan(),
            receipt_keys=RECEIPT_KEYS,
            campaign_key=key,
            by=HANA,
            now=now,
        )
    )


def confirm(market: Market, digest: str, by: Clerk = FUMI, now: datetime = JUST_BEFORE_OPENING) -> None:
    market.staff.run(lambda session: confirm_rule_sheet(session, market.round_id, sha256=digest, by=by, now=now))


def sheet(market: Market) -> PublishedRules:
    found = market.staff.run(lambda session: rule_sheet(session, market.round_id))
    assert found is not None
    return found


def test_a_sheet_says_everything_that_decides_a_draw(announced: Market) -> None:
    digest = propose(announced, sheet_plan(exclusions=("亡くなった方",)))
    assert "rule_sheet.json" not in files(announced)
    confirm(announced, digest)
    content = files(announced)["rule_sheet.json"]
    assert sha256(content).hexdigest() == digest
    (key,) = RECEIPT_KEYS.values()
    assert json.loads(content) == {
        "beacon": {
            "chain_hash": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
            "genesis_unix_s": 1_692_803_367,
            "id": "drand-quicknet",
            "period_s": 3,
            "public_key": json.loads(content)["beacon"]["public_key"],
            "scheme": "bls-unchained-g1-rfc9380",
        },
        "budget": 10,
        "campaign": "premium-2023-1",
        "closes_at": "2023-09-09T15:00:00Z",
        "dispute_days": 3,
        "draw_at": "2023-09-15T11:00:03Z",
        "exclusions": ["亡くなった方"],
        "fallback": {"beacon_id": "numbers4", "how": sheet_plan().fallback.how},
        "grouping": "none",
        "holders": [{"commitment": commitment(SECRET).hex(), "office": "監査委員"}],
        "max_units": 5,
        "opens_at": "2023-07-31T15:00:00Z",
        "program_sha256": sha256(Path(VERIFIER).read_bytes()).hexdigest(),
        "receipt_keys": [{"kid": "kashima-2023", "public_key": key.hex()}],
        "rule": "equal_first",
    }
    assert write_rule_sheet(parse_rule_sheet(content)) == content
    (step,) = announced.staff.run(lambda session: steps_of_draw(session, announced.round_id))
    assert (step.proposed_by, step.confirmed_by) == (HANA.id, FUMI.id)


def test_another_person_confirms_exactly_what_was_proposed(announced: Market) -> None:
    assert refused(announced, lambda: confirm(announced, "00" * 32)) == NothingToConfirm(step="rule_sheet")
    digest = propose(announced)
    assert refused(announced, lambda: confirm(announced, digest, HANA)) == SecondPersonNeeded()
    newer = propose(announced, sheet_plan(dispute_days=2))
    assert refused(announced, lambda: confirm(announced, digest)) == ProposalDiffers(step="rule_sheet")
    confirm(announced, newer)
    assert refused(announced, lambda: confirm(announced, newer)) == NothingToConfirm(step="rule_sheet")


def test_once_applications_count_no_other_sheet_takes_its_place(announced: Market) -> None:
    confirm(announced, propose(announced))
    newer = propose(announced, sheet_plan(dispute_days=2))
    late = RoundOpenedAlready(opens_at=OPENS.isoformat())
    assert refused(announced, lambda: confirm(announced, newer, now=OPENS)) == late
    assert refused(announced, lambda: propose(announced, now=OPENS)) == late


def test_a_round_that_is_announced_gets_its_sheet_also_after_the_opening_but_not_after_the_closing(
    announced: Market,
) -> None:
    digest = propose(announced, now=JUST_BEFORE_CLOSING)
    never = RoundNeverOpened(closes_at=CLOSES.isoformat())
    assert refused(announced, lambda: confirm(announced, digest, now=CLOSES)) == never
    assert refused(announced, lambda: propose(announced, now=CLOSES)) == never
    confirm(announced, digest, now=JUST_BEFORE_CLOSING)
    late = RoundOpenedAlready(opens_at=OPENS.isoformat())
    assert refused(announced, lambda: propose(announced, now=JUST_BEFORE_CLOSING)) == late


def test_before_opening_a_newer_sheet_takes_its_place_and_the_old_one_stays_published(announced: Market) -> None:
    confirm(announced, propose(announced))
    first = files(announced)["rule_sheet.json"]
    confirm(announced, propose(announced, sheet_plan(dispute_days=2)))
    assert files(announced)["rule_sheet_replaced_1.json"] == first
    assert sheet(announced).dispute_days == 2


def test_once_somebody_applied_the_database_itself_keeps_the_sheet(announced: Market, database_url: str) -> None:
    confirm(announced, propose(announced))
    announced.apply_for([1])
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """
            INSERT INTO issuance.draw_files
            SELECT round_id, 'copy.json', content, sha256 FROM issuance.draw_files WHERE name = 'rule_sheet.json'
            """
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="a published file stays as it is"):
            connection.execute("UPDATE issuance.draw_files SET content = 'x', sha256 = encode(sha256('x'), 'hex')")


def test_a_round_without_a_sheet_cannot_be_closed_and_so_not_drawn(announced: Market) -> None:
    still = RoundStillOpen(closes_at=CLOSES.isoformat())
    assert refused(announced, lambda: close(announced, now=JUST_BEFORE_CLOSING)) == still
    assert refused(announced, lambda: close(announced)) == RoundNeverOpened(closes_at=CLOSES.isoformat())
    no = refused(announced, announced.name_beacon)
    assert no == RoundNotReady(state="announced", needed="closed")


def test_a_list_that_was_closed_without_a_sheet_is_never_drawn() -> None:
    """As it could be before rounds were announced."""
    status = ListStatus(None, None, CLOSES, None, None, unanswered=0, uncorrected=0)
    with pytest.raises(RuleSheetMissing) as no:
        check_undisputed(status, round_slug=ROUND.slug, now=PAY_FROM)
    assert no.value == RuleSheetMissing(round_slug=ROUND.slug)


def test_holders_are_those_of_the_round_in_its_order_and_each_has_an_office(announced: Market) -> None:
    for holders in (
        (),
        (SecretHolder("監査委員", "00" * 32),),
        (SecretHolder(" ", commitment(SECRET).hex()),),
    ):
        no = refused(announced, partial(propose, announced, sheet_plan(holders=holders)))
        assert no == HoldersDoNotMatchRound(holders=len(holders), commitments=1)


@pytest.mark.parametrize("days", [0, 61, True])
def test_a_dispute_has_at_least_a_day(announced: Market, days: int) -> None:
    no = refused(announced, lambda: propose(announced, sheet_plan(dispute_days=days)))
    assert no == CampaignNumberOutOfRange(name="dispute_days", given=days, min=1, max=60)


def test_the_draw_comes_an_hour_after_the_dispute_and_before_winners_pay(announced: Market) -> None:
    earliest = CLOSES + timedelta(days=4, hours=1)

    def at(draw_at: datetime) -> Callable[[], str]:
        return lambda: propose(announced, sheet_plan(draw_at=draw_at))

    for draw_at in (earliest - timedelta(seconds=3), PAY_FROM):
        assert refused(announced, at(draw_at)) == DrawDatesNotInOrder(
            draw_at=draw_at.isoformat(), earliest_at=earliest.isoformat(), pay_from=PAY_FROM.isoformat()
        )
    between = DRAW_AT + timedelta(seconds=1)
    assert refused(announced, at(between)) == DrawTimeBetweenRounds(draw_at=between.isoformat())
    at(earliest)()


def test_a_round_without_a_draw_has_no_sheet(market: Market) -> None:
    market.opened(FIRST_COME)
    assert refused(market, lambda: propose(market)) == RoundHasNoDraw(round_slug=FIRST_COME.slug)


def test_households_are_grouped_only_with_a_cap_and_a_key_that_the_sheet_commits_to(market: Market) -> None:
    grouped = sheet_plan(grouping=Grouping.HOUSEHOLD)
    market.opened()
    assert refused(market, lambda: propose(market, grouped, key=KEY)) == HouseholdCapMissing()
    capped = replace(CAMPAIGN, slug="capped", terms=replace(TERMS, max_units_per_household=8))
    market.opened(replace(ROUND, slug="capped-1"), capped)
    assert refused(market, lambda: propose(market, grouped)) == CampaignKeyDiffers(round_slug="capped-1")
    confirm(market, propose(market, grouped, key=KEY))
    assert (sheet(market).household_cap, sheet(market).group_key_commitment) == (8, commitment(KEY).hex())
    assert KEY.hex().encode() not in files(market)["rule_sheet.json"]
