"""Post a batch of commands to the books."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session

from kernel.ids import new_ids
from kernel.refusals import Refusal, refusal_from_record
from ledger.model import (
    AccountKind,
    CancelSale,
    CaptureHold,
    ExpireLot,
    GrantPoints,
    LedgerCommand,
    Pay,
    PlaceHold,
    Posted,
    PostMoves,
    RefundPayment,
    ReleaseHold,
    ReverseExpiry,
    SellVoucher,
    VoidPayment,
)
from ledger.refusals import KeyReusedWithOtherContent
from ledger.rules.books import Books, Draft
from ledger.rules.deciding import decide
from ledger.store import posting as store

Outcome = Posted | Refusal


def post_journals(session: Session, commands: Sequence[LedgerCommand]) -> list[Outcome]:
    """Post commands in their order, each succeeding or refused on its own, and answer an outcome for each.

    All of them share the session's transaction and a fixed number of statements. A key that was used before gets its
    stored answer again, or KeyReusedWithOtherContent when the content differs; a refusal is stored and burns its key.
    Raises UniqueViolation when another transaction used a key at the same moment: `Database.run` starts again.
    """
    if not commands:
        return []
    books, decisions = store.lock_and_load(session, _needs(commands))
    answers = _stored_answers(session, decisions)
    ids = _fresh_ids(len(commands))
    drafts: list[Draft] = []
    fresh: list[store.Decision] = []
    outcomes: list[Outcome] = []
    for command in commands:
        answer = answers.get(command.key.id)
        if answer is not None:
            outcomes.append(_again(command, *answer))
            continue
        outcome, decision = _decide(command, books, ids, drafts)
        answers[command.key.id] = (command.key.fingerprint, outcome)
        fresh.append(decision)
        outcomes.append(outcome)

    # Nothing below this line may refuse.
    if fresh:
        store.write_drafts(session, drafts, fresh)
    return outcomes


def _decide(
    command: LedgerCommand, books: Books, ids: Iterator[UUID], drafts: list[Draft]
) -> tuple[Outcome, store.Decision]:
    try:
        draft = decide(command, books, ids)
    except Refusal as refusal:
        return refusal, store.declined(command.key, refusal)
    drafts.append(draft)
    journal = draft.journals[0]
    return Posted(journal), store.accepted(command.key, journal.id)


def _stored_answers(session: Session, decisions: dict[UUID, store.Decision]) -> dict[UUID, tuple[UUID, Outcome]]:
    """The answers given before, by key, each with the fingerprint of what was asked."""
    if not decisions:
        return {}
    journals = store.find_journals(session, [known.journal_id for known in decisions.values() if known.journal_id])
    return {
        key: (
            known.fingerprint,
            Posted(journals[known.journal_id])
            if known.journal_id
            else refusal_from_record(known.refusal_code or "", known.refusal_facts or {}),
        )
        for key, known in decisions.items()
    }


def _again(command: LedgerCommand, fingerprint: UUID, outcome: Outcome) -> Outcome:
    if fingerprint != command.key.fingerprint:
        return KeyReusedWithOtherContent()
    return Posted(outcome.journal, is_replay=True) if isinstance(outcome, Posted) else outcome


def _needs(commands: Sequence[LedgerCommand]) -> store.Needs:
    """Collect the ids of everything the rules will look at."""
    found: dict[str, dict[UUID, None]] = {name: {} for name in store.Needs._fields}
    for command in commands:
        found["keys"][command.key.id] = None
        if isinstance(command, Pay | PlaceHold):
            found["wallets"][command.wallet_id] = None
        elif isinstance(command, SellVoucher | GrantPoints | ExpireLot | ReverseExpiry):
            found["lots"][command.lot_id] = None
        elif isinstance(command, CancelSale | VoidPayment | RefundPayment):
            found["journals"][command.journal_id] = None
        elif isinstance(command, PostMoves):
            _add_payouts(found, command)
        if isinstance(command, CancelSale):
            found["sales"][command.journal_id] = None
        elif isinstance(command, ReverseExpiry):
            found["journals"][command.journal_id] = None
        elif isinstance(command, PlaceHold | CaptureHold | ReleaseHold):
            found["holds"][command.hold_id] = None
    return store.Needs(**{name: list(ids) for name, ids in found.items()})


def _add_payouts(found: dict[str, dict[UUID, None]], command: PostMoves) -> None:
    if command.corrects_id is not None:
        found["journals"][command.corrects_id] = None
    for move in command.moves:
        if move.debit.kind == AccountKind.PAYOUT_IN_FLIGHT:
            found["payouts"][move.debit.id] = None


def _fresh_ids(count: int) -> Iterator[UUID]:
    """Enough ids for a batch, and more when a refund needs more than one."""
    while True:
        yield from new_ids(count)
