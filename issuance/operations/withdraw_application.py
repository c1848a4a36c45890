"""Withdraw an application."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from issuance.model import Application, WithdrawalRequest
from issuance.refusals import PaperFormAlreadyEntered, RoundUnknown
from issuance.rules.applications import check_withdrawal, stored_key, withdrawal_given_before
from issuance.rules.entries import as_registered
from issuance.store import applications as store
from issuance.store import campaigns, entries
from issuance.store.entries import Entered
from kernel.clock import Clock
from kernel.database_clock import MACHINE, told_time


def withdraw_application(session: Session, asked: WithdrawalRequest, *, clock: Clock) -> Application:
    """Withdraw a person's application, as a version of its own; asked again, the same version comes back.

    Until the closing, by the database's clock, the application can be taken up again under its number. Refuses, in
    this order: RoundUnknown; what `withdrawal_given_before` and `check_withdrawal` refuse; PaperFormAlreadyEntered.
    Raises UniqueViolation when another transaction changed the same application at the same moment: `Database.run`
    starts again.
    """
    asked_at = MACHINE.now()
    request = replace(asked, entry=as_registered(asked.entry))
    rounds, told_at = campaigns.share_rounds(session, [request.round_id])
    if told_at is None:
        raise RoundUnknown(round_id=str(request.round_id))
    round_, _ = rounds[request.round_id]
    now = told_time(clock, asked_at=asked_at, told_at=told_at)
    versions = store.find_versions(session, [(round_.id, request.person_id)])[round_.id, request.person_id]
    key = stored_key(round_.id, request.person_id, request.key)
    given = withdrawal_given_before(key, versions)
    if given is not None:
        return given
    newest = check_withdrawal(request, round_, versions, now)
    fresh_forms = _fresh_forms(session, request)

    withdrawn = _withdrawn(newest, request, key, now)
    store.insert_versions(session, [withdrawn])
    if request.entry is not None:
        entered = Entered(round_.id, request.person_id, withdrawn.version, request.entry)
        entries.insert_entries(session, fresh_forms, [entered])
    return withdrawn


def _fresh_forms(session: Session, request: WithdrawalRequest) -> dict[entries.Form, UUID]:
    """The form on which somebody withdraws, unless it was entered for this person before."""
    number = request.entry.form_number if request.entry else None
    if number is None:
        return {}
    form = (request.round_id, number)
    owner = entries.find_forms(session, [form]).get(form)
    if owner not in {None, request.person_id}:
        raise PaperFormAlreadyEntered(form_number=number)
    return {} if owner else {form: request.person_id}


def _withdrawn(newest: Application, request: WithdrawalRequest, key: UUID | None, now: datetime) -> Application:
    return newest._replace(
        version=newest.version + 1,
        received_at=max(now, newest.received_at),
        channel=request.channel,
        key=key,
        is_withdrawn=True,
        leaf=None,
        kid=None,
        signature=None,
    )
