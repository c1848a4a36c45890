"""Advice is given for refusals that exist."""

from kernel.refusals import REFUSALS_BY_CODE, OutcomeUnknown
from staff_console.pages.advice import ADVICE
from staff_console.router import pages


def test_every_code_with_advice_is_the_code_of_a_refusal() -> None:
    assert pages.routes
    assert set(ADVICE) - set(REFUSALS_BY_CODE) == {OutcomeUnknown.code}


def test_every_advice_leads_to_a_page_of_the_console() -> None:
    assert {advice.path for advice in ADVICE.values()} == {
        "/staff/",
        "/staff/sign-in",
        "/staff/counter",
        "/staff/entries",
        "/staff/closings",
        "/staff/trial-balance",
        "/staff/people",
        "/staff/deletions",
        "/staff/staff-passkeys",
    }
