"""Joining against small models: the steps of an application and of an account, and names as bank files print them."""

import unicodedata
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kernel.ids import derived_id
from kernel.refusals import Refusal
from merchant_portal.typed_accounts import ACCOUNT_FIELDS, read_account
from merchants.model import (
    APPLICATION_MOVES,
    USUAL_TERMS,
    AccountMover,
    AccountPlace,
    AccountState,
    AccountStep,
    Actor,
    ApplicationMover,
    ApplicationPlace,
    ApplicationState,
    ApplicationStep,
)
from merchants.rules.account_changes import account_in_force, decide_account_step, open_change
from merchants.rules.applying import decide_step, steps_open_to
from merchants.rules.joining import HOLDER_FORM
from merchants.rules.proofs import passphrase_of, proof_of, typed_passphrase
from settlement.zengin.kana import KanaClass, check_kana, kana_bytes, normalise_kana

NOW = datetime(2026, 11, 20, tzinfo=UTC)
CLERKS = [derived_id("clerk", name) for name in "ab"]
OPEN = {"submitted", "needs_correction", "examined"}
ENDS = {"approved", "declined", "withdrawn"}
MODEST = settings(deadline=None, max_examples=200)


def model_step(state: str, step: str, clerk: int | None, examiner: int | None, two_people: bool) -> str | None:
    """What an application becomes, told as people tell it; None for a no."""
    if clerk is None:
        if step == "submitted" and state == "new":
            return "submitted"
        if step == "corrected" and state == "needs_correction":
            return "submitted"
        return "withdrawn" if step == "withdrawn" and state in OPEN else None
    if step == "examined" and state == "submitted":
        return "examined"
    if step == "correction_asked" and state in {"submitted", "examined"}:
        return "needs_correction"
    if step == "declined" and state in OPEN:
        return "declined"
    if step == "approved" and state == "examined":
        return "approved" if clerk != examiner else None
    return "approved" if step == "approved" and state == "submitted" and not two_people else None


@MODEST
@given(
    st.lists(st.tuples(st.sampled_from(list(ApplicationStep)), st.sampled_from([None, 0, 1])), max_size=12),
    st.booleans(),
)
def test_an_application_goes_as_the_model_says(
    asked: list[tuple[ApplicationStep, int | None]], two_people: bool
) -> None:
    place = ApplicationPlace(derived_id("application", "1"), "J00001", ApplicationState.NEW, 0, 0, None)
    examiner: int | None = None
    for step, clerk in asked:
        expected = model_step(place.state.value, step.value, clerk, examiner, two_people)
        by = None if clerk is None else CLERKS[clerk]
        mover = ApplicationMover.APPLICANT if by is None else ApplicationMover.STAFF
        assert (step in steps_open_to(place, mover, by, two_people=two_people)) == (expected is not None)
        try:
            event = decide_step(place, step, by=by, now=NOW, reason="x", two_people=two_people)
        except Refusal:
            assert expected is None
            continue
        assert event.to_state.value == expected
        examiner = clerk if step is ApplicationStep.EXAMINED else examiner
        examined_by = CLERKS[examiner] if examiner is not None else None
        place = ApplicationPlace(
            place.application_id, place.receipt, event.to_state, event.version, event.number, examined_by
        )
    assert place.version <= place.event_count


def test_nothing_leaves_an_end_and_everything_open_has_a_way_out() -> None:
    assert {state.value for state, _ in APPLICATION_MOVES} == {"new", *OPEN}
    assert {move.to_state.value for move in APPLICATION_MOVES.values()} == OPEN | ENDS


@MODEST
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ask", "approved", "refused", "stopped"]),
            st.sampled_from(list(AccountMover)),
            st.integers(0, 9),
        ),
        max_size=15,
    )
)
def test_the_account_in_force_is_the_last_that_was_approved_and_never_stopped(
    acts: list[tuple[str, AccountMover, int]],
) -> None:
    now = NOW
    places = [AccountPlace(derived_id("account", "1"), 1, AccountState.ACCEPTED, now)]
    begins: dict[int, datetime] = {1: now}
    for act, mover, days in acts:
        now += timedelta(days=days)
        waiting = open_change(places, now)
        if act == "ask":
            if waiting is None:
                number = len(places) + 1
                places.append(AccountPlace(derived_id("account", str(number)), number, AccountState.PROPOSED, None))
            continue
        number = waiting.number if waiting else len(places)
        step, by = AccountStep(act), Actor(mover, CLERKS[0])
        try:
            event = decide_account_step(places, number, step, by=by, now=now, reason="x", terms=USUAL_TERMS)
        except Refusal:
            continue
        assert waiting is not None
        if event.valid_from is not None:
            assert mover is AccountMover.STAFF
            begins[number] = now + timedelta(days=7)
        if event.to_state is AccountState.STOPPED:
            begins.pop(number, None)
        places[number - 1] = AccountPlace(
            event.account_id, number, event.to_state, event.valid_from or waiting.valid_from
        )
    expected = max((number for number, begin in begins.items() if begin <= now))
    found = account_in_force(places, now)
    assert found is not None
    assert found.number == expected


NAMES = st.text(st.sampled_from("アイヴガパピンッャヲヵ・ーｶﾞﾊﾟあぁゔび（）()ＡＢab19.-‐− 　㈱＆*漢髙﨑😀"), max_size=40)


@MODEST
@given(st.one_of(NAMES, st.text(max_size=35)))
@example("カ）サクラノショウテン")
@example("ヴァイオリンコウボウ")
@example("ガ" * 15)
@example("ガ" * 16)
@example("㈱カシマ")
@example("か\u3099")
@example(" \u3000 ")
@example("カヲル")
def test_a_name_is_taken_exactly_if_the_bank_file_can_carry_it_and_is_shown_as_it_prints_it(name: str) -> None:
    read = read_account({"holder_kana": name, "account_kind": "1"})
    wrong = [each for each in read.problems if each.facts["field_name"] == "holder_kana"]
    try:
        printed = normalise_kana(name, max_bytes=30)
        check_kana(printed, kana_class=KanaClass.PARTY, field="holder_kana", max_bytes=30, required=True)
    except Refusal:
        assert len(wrong) == 1
        return
    assert wrong == []
    assert read.account.holder_kana == printed
    assert HOLDER_FORM.fullmatch(printed)
    assert kana_bytes(printed) == len(printed) <= 30
    again = read_account({"holder_kana": printed, "account_kind": "1"})
    assert again.account.holder_kana == printed
    full_width = unicodedata.normalize("NFKC", printed)
    assert read_account({"holder_kana": full_width, "account_kind": "1"}).account.holder_kana == printed


@MODEST
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=35))
def test_the_form_of_a_holder_and_the_rule_of_the_bank_file_are_one_rule(text: str) -> None:
    try:
        check_kana(text, kana_class=KanaClass.PARTY, field="x", max_bytes=30, required=True)
        fits = True
    except Refusal:
        fits = False
    except UnicodeEncodeError:
        fits = False
    assert bool(HOLDER_FORM.fullmatch(text)) == fits


@MODEST
@given(st.dictionaries(st.sampled_from(ACCOUNT_FIELDS), st.text(max_size=20)))
def test_whatever_is_typed_as_an_account_is_answered_and_never_breaks(typed: dict[str, str]) -> None:
    read = read_account(typed)
    assert all(each.facts["field_name"] in ACCOUNT_FIELDS for each in read.problems)
    assert set(read_account(typed).problems) == set(read.problems)


@MODEST
@given(st.text(max_size=60), st.sampled_from(["", " ", "-", "　", "−"]))
def test_a_passphrase_is_known_however_it_is_typed(secret: str, between: str) -> None:
    passphrase = passphrase_of(secret)
    typed = between.join(passphrase.replace("-", "").lower())
    assert proof_of(typed) == proof_of(passphrase)
    assert typed_passphrase(typed) == passphrase
    assert not any(letter.isdigit() for letter in passphrase)
