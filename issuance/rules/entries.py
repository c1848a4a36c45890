"""Two applications of one person that came in by different ways, and what a clerk must tell of each."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from issuance.model import Application, ApplicationRequest, Channel, ClerkEntry, Round, WithdrawalRequest
from issuance.refusals import (
    AlreadyApplied,
    ApplicationWithdrawn,
    ChangeReasonMissing,
    PaperDayNotPossible,
    PaperFormNotWellFormed,
)
from kernel.clock import city_date

_FORM_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{0,19}")


def refuse_double(request: ApplicationRequest, versions: Sequence[Application]) -> None:
    """Refuse what would silently take the place of an application that came in by another way.

    A resident who asks again in the same way changes the application; a clerk changes it for a wish of the resident
    alone, and whoever names the newest version has seen it. Refuses, in this order: ApplicationWithdrawn for a clerk,
    AlreadyApplied; ChangeReasonMissing for a clerk who gives no reason.
    """
    newest = versions[-1] if versions else None
    if newest is None:
        return
    is_clerk = request.entry is not None
    if request.replaces != newest.version:
        if newest.is_withdrawn and is_clerk:
            at = newest.received_at.isoformat()
            raise ApplicationWithdrawn(receipt=newest.receipt, version=newest.version, withdrawn_at=at)
        if not newest.is_withdrawn and (is_clerk or request.channel is not newest.channel):
            raise _already_applied(newest)
    demand_reason(request.entry)


def demand_reason(entry: ClerkEntry | None) -> None:
    """Refuse ChangeReasonMissing for a clerk who does not say what the resident wished."""
    if entry is not None and not (entry.reason or "").strip():
        raise ChangeReasonMissing


def check_paper(request: ApplicationRequest | WithdrawalRequest, round_: Round, now: datetime) -> None:
    """Decide what a clerk tells of a paper form; how it is written was settled by `as_registered`.

    The form is in time when it is entered before the closing; the day on which it came in is kept as a fact. Refuses,
    in this order: PaperFormNotWellFormed, also for none; PaperDayNotPossible.
    """
    entry = request.entry
    if entry is None or request.channel is not Channel.PAPER:
        return
    number = entry.form_number or ""
    if not _FORM_NUMBER.fullmatch(number):
        raise PaperFormNotWellFormed(form_number=number)
    first, last = city_date(round_.opens_at), city_date(now)
    if entry.received_on is None or not first <= entry.received_on <= last:
        given = entry.received_on.isoformat() if entry.received_on else ""
        raise PaperDayNotPossible(received_on=given, first_day=first.isoformat(), last_day=last.isoformat())


def as_registered(entry: ClerkEntry | None) -> ClerkEntry | None:
    """An entry as it is stored: the number of the form in half-width capitals without spaces, the reason trimmed."""
    if entry is None:
        return None
    number = unicodedata.normalize("NFKC", entry.form_number or "").upper()
    return replace(
        entry, form_number="".join(number.split()) or None, reason=" ".join((entry.reason or "").split()) or None
    )


def _already_applied(newest: Application) -> AlreadyApplied:
    return AlreadyApplied(
        receipt=newest.receipt,
        version=newest.version,
        channel=newest.channel.value,
        received_at=newest.received_at.isoformat(),
        units=newest.units,
    )
