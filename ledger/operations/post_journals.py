"""Post a batch of commands to the books."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session

from kernel.ids import new_ids
from kernel.refusals import Refusal, refusal_from_record
from ledger.store import posting as store
from ledger.model import (
    CancelSale,
    CaptureHold,
    ExpireLot,
    GrantPoints,
    LedgerCommand,
    Pay,
    PlaceHold,
    Posted,
    RefundPayment,
    ReleaseHold,
    SellVoucher,
    VoidPayment,
)
from ledger.refusals import KeyReusedWithOtherContent
from ledger.rules.books import Books, Draft
from ledger.rules.deciding import decide

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
    wallets: dict[UUID, None] = {}
    lots: dict[UUID, None] = {}
    journals: dict[UUID, None] = {}
    holds: dict[UUID, None] = {}
    for command in commands:
        if isinstance(command, Pay | PlaceHold):
            wallets[command.wallet_id] = None
        elif isinstance(command, SellVoucher | GrantPoints | ExpireLot):
            lots[command.lot_id] = None
        elif isinstance(command, CancelSale | VoidPayment | RefundPayment):
            journals[command.journal_id] = None
        if isinstance(command, PlaceHold | CaptureHold | ReleaseHold):
            holds[command.hold_id] = None
    keys = [command.key.id for command in commands]
    return store.Needs(keys, list(wallets), list(lots), list(journals), list(holds))


def _fresh_ids(count: int) -> Iterator[UUID]:
    """Enough ids for a batch, and more when a refund needs more than one."""
    while True:
        yield from new_ids(count)
