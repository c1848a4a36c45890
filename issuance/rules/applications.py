"""Whether an application counts, and whether it is a new one, a change, or the same again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from issuance.model import (
    Application,
    ApplicationRequest,
    CampaignTerms,
    Eligibility,
    Quota,
    Round,
    RoundRule,
    RoundState,
    WithdrawalRequest,
)
from issuance.refusals import (
    AgeOutsideCampaign,
    ApplicantHasDied,
    ApplicationIsFinal,
    ApplicationUnknown,
    GrantedInEarlierRound,
    HouseholdNotKnown,
    NotForThisQuota,
    NotResidentOnBaseDate,
    RoundNotOpen,
    RoundWithdrawn,
    RulesNotPublished,
    UnitsExceedHouseholdCap,
    UnitsExceedPersonCap,
    UnitsOutOfRange,
    UnitsSoldOut,
)
from issuance.rules.caps import UnitsLeft
from issuance.rules.entries import check_paper, demand_reason, refuse_double
from kernel.ids import derived_id
from ledger.refusals import KeyReusedWithOtherContent


def stored_key(round_id: UUID, person_id: UUID, key: str | None) -> UUID | None:
    """What is kept of a caller's key: only a digest."""
    return None if key is None else derived_id("application", str(round_id), str(person_id), key)


def application_given_before(
    request: ApplicationRequest, key: UUID | None, versions: Sequence[Application]
) -> Application | None:
    """Find the stored version that answers a request again: that of its key, or the newest one if it asks the same.

    Versions ascend. Refuses, in this order: KeyReusedWithOtherContent; what `refuse_double` refuses. Answering again
    is right at any time, also after closing.
    """
    of_key = _version_of_key(versions, key)
    if of_key is not None:
        if of_key.is_withdrawn or of_key.units != request.units:
            raise KeyReusedWithOtherContent
        return of_key
    refuse_double(request, versions)
    newest = versions[-1] if versions else None
    asks_the_same = newest is not None and not newest.is_withdrawn and newest.units == request.units
    return newest if asks_the_same else None


def withdrawal_given_before(key: UUID | None, versions: Sequence[Application]) -> Application | None:
    """Find the withdrawal that answers a wish to withdraw again: that of its key, or the newest version if it is one.

    So a repetition that arrives late does not withdraw an application that was taken up again. Refuses
    KeyReusedWithOtherContent.
    """
    of_key = _version_of_key(versions, key)
    if of_key is not None:
        if not of_key.is_withdrawn:
            raise KeyReusedWithOtherContent
        return of_key
    return versions[-1] if versions and versions[-1].is_withdrawn else None


def check_application(
    request: ApplicationRequest,
    round_: Round,
    terms: CampaignTerms,
    versions: Sequence[Application],
    left: UnitsLeft,
    now: datetime,
) -> None:
    """Decide a new application, a change, or a withdrawn one that is taken up again until the closing.

    Asking for fewer units than before needs no room under a cap. Refuses, in this order: what
    `refuse_outside_window` and `check_paper` refuse; ApplicationIsFinal; what `check_eligibility` refuses;
    UnitsOutOfRange, UnitsExceedPersonCap, HouseholdNotKnown, UnitsExceedHouseholdCap, UnitsSoldOut.
    """
    refuse_outside_window(round_, now)
    check_paper(request, round_, now)
    is_first_come = round_.rule is RoundRule.FIRST_COME
    if versions and is_first_come:
        raise ApplicationIsFinal(receipt=versions[-1].receipt)
    check_eligibility(request.eligibility, terms, round_.quota, had_a_turn=round_.first_time_only and left.was_granted)
    if type(request.units) is not int or not 1 <= request.units <= round_.max_units:
        raise UnitsOutOfRange(asked_units=request.units, max_units=round_.max_units)
    units_now = versions[-1].units if versions and not versions[-1].is_withdrawn else 0
    if request.units > units_now:
        _check_caps(request, terms, left)
    if is_first_come and request.units > left.of_round:
        raise UnitsSoldOut(asked_units=request.units, left_units=left.of_round)


def check_eligibility(
    known: Eligibility, terms: CampaignTerms, quota_name: str | None, *, had_a_turn: bool = False
) -> None:
    """Decide whether somebody may apply at all; what is demanded and not known is not so.

    `had_a_turn` tells that the round is for first-timers and another one granted this person units. Units that were
    won and not paid for count as granted: whoever let them go had the turn that others still wait for.
    Refuses, in this order: ApplicantHasDied, NotResidentOnBaseDate, AgeOutsideCampaign, NotForThisQuota,
    GrantedInEarlierRound.
    """
    if known.has_died:
        raise ApplicantHasDied
    base_date = terms.base_date.isoformat() if terms.base_date else ""
    if base_date and known.lived_here_on_base_date is not True:
        raise NotResidentOnBaseDate(base_date=base_date)
    age = known.age_on_base_date
    if terms.age_min is not None and (age is None or age < terms.age_min):
        raise AgeOutsideCampaign(base_date=base_date, age_min=terms.age_min)
    if quota_name is not None and not _is_meant(terms.quota(quota_name), known):
        raise NotForThisQuota(quota=quota_name)
    if had_a_turn:
        raise GrantedInEarlierRound


def check_withdrawal(
    request: WithdrawalRequest, round_: Round, versions: Sequence[Application], now: datetime
) -> Application:
    """Give the version to withdraw.

    Refuses, in this order: what `refuse_outside_window` refuses; ApplicationUnknown, ApplicationIsFinal;
    ChangeReasonMissing for a clerk; what `check_paper` refuses.
    """
    refuse_outside_window(round_, now)
    if not versions:
        raise ApplicationUnknown
    if round_.rule is RoundRule.FIRST_COME:
        raise ApplicationIsFinal(receipt=versions[-1].receipt)
    demand_reason(request.entry)
    check_paper(request, round_, now)
    return versions[-1]


def refuse_outside_window(round_: Round, now: datetime) -> None:
    """Decide whether a round takes applications now.

    Refuses, in this order: RoundWithdrawn; RulesNotPublished until the rule sheet is published, which may still happen;
    RoundNotOpen before the opening, from the closing on, and once the list was closed.
    """
    if round_.state is RoundState.WITHDRAWN:
        raise RoundWithdrawn(round_slug=round_.slug)
    if round_.state is RoundState.ANNOUNCED and now < round_.closes_at:
        raise RulesNotPublished(opens_at=round_.opens_at.isoformat())
    if not round_.takes_applications(now):
        opens_at, closes_at = round_.opens_at.isoformat(), round_.closes_at.isoformat()
        raise RoundNotOpen(opens_at=opens_at, closes_at=closes_at, asked_at=now.isoformat())


def _check_caps(request: ApplicationRequest, terms: CampaignTerms, left: UnitsLeft) -> None:
    if request.units > left.of_person:
        most = terms.max_units_per_person
        raise UnitsExceedPersonCap(asked_units=request.units, left_units=left.of_person, max_units=most)
    cap = terms.max_units_per_household
    if cap is None:
        return
    if request.household_id is None:
        raise HouseholdNotKnown
    if request.units > left.of_household:
        raise UnitsExceedHouseholdCap(asked_units=request.units, left_units=left.of_household, max_units=cap)


def _is_meant(quota: Quota | None, known: Eligibility) -> bool:
    if quota is None or (quota.without_smartphone and known.has_smartphone is not False):
        return False
    age = known.age_on_base_date
    if quota.age_min is None and quota.age_max is None:
        return True
    return age is not None and (quota.age_min or 0) <= age and (quota.age_max is None or age <= quota.age_max)


def _version_of_key(versions: Sequence[Application], key: UUID | None) -> Application | None:
    return next((version for version in versions if key is not None and version.key == key), None)
