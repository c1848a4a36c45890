"""Check a presented receipt against the published list."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import Session

from issuance.ceremony.model import CheckedReceipt
from issuance.ceremony.rules.receipts import check_authenticity, receipt_standing
from issuance.ceremony.store import outcomes
from issuance.lottery.files import APPLICATIONS_FILE, parse_applications
from issuance.lottery.receipts import parse_receipt
from issuance.model import RoundState
from issuance.refusals import RoundNotReady, RoundUnknown
from issuance.store import campaigns, draws


def check_receipt(
    session: Session, round_id: UUID, presented: Mapping[str, Any], *, receipt_keys: Mapping[str, bytes]
) -> CheckedReceipt:
    """Tell what became of a receipt (the members of its JSON) in the list that was published; changes nothing.

    What was published decides, not what is stored. Refuses, in this order: RoundUnknown, ReceiptNotWellFormed,
    ReceiptOfOtherRound, ReceiptKeyUnknown, ReceiptSignatureInvalid, ReceiptLeafDiffers, RoundNotReady before there is
    a list.
    """
    round_ = campaigns.find_round(session, round_id)
    if round_ is None:
        raise RoundUnknown(round_id=str(round_id))
    receipt = parse_receipt(presented)
    check_authenticity(receipt, round_.slug, receipt_keys)
    files = draws.find_files(session, round_id)
    if APPLICATIONS_FILE not in files:
        raise RoundNotReady(state=round_.state, needed=RoundState.CLOSED)
    versions = outcomes.versions_of(session, round_id, receipt.receipt)
    rows, void = parse_applications(files[APPLICATIONS_FILE]), draws.find_voids(session, round_id)
    return receipt_standing(receipt, rows, void, versions[-1][1] if versions else None)
