"""What became of a receipt that the city signed."""

from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuance.ceremony.model import CheckedReceipt, ReceiptStanding
from issuance.ceremony.refusals import ReceiptKeyUnknown, ReceiptOfOtherRound
from issuance.lottery.allocation import Row
from issuance.lottery.receipts import SignedReceipt, verify_receipt
from issuance.model.draws import VoidApplication


def check_authenticity(receipt: SignedReceipt, round_slug: str, keys: Mapping[str, bytes]) -> None:
    """Hold a receipt against the city's public keys (raw, by name).

    Refuses, in this order: ReceiptOfOtherRound, ReceiptKeyUnknown, ReceiptSignatureInvalid, ReceiptLeafDiffers.
    """
    if receipt.campaign != round_slug:
        raise ReceiptOfOtherRound(campaign=receipt.campaign)
    if receipt.kid not in keys:
        raise ReceiptKeyUnknown(kid=receipt.kid)
    verify_receipt(receipt, Ed25519PublicKey.from_public_bytes(keys[receipt.kid]))


def receipt_standing(
    receipt: SignedReceipt, rows: Sequence[Row], void: Mapping[str, VoidApplication], newest_version: int | None
) -> CheckedReceipt:
    """Find a receipt in the published list or among what the list leaves out.

    `newest_version` is the newest one that is stored; an older receipt says nothing of the units. A receipt that is
    in neither place was dropped, and what the city signed proves it.
    """
    number = receipt.receipt
    row = next((row for row in rows if row.receipt == number), None)
    left_out = void.get(number)
    if row is not None:
        is_own = row.group == row.receipt
        if newest_version is not None and newest_version > receipt.version:
            standing = ReceiptStanding.CHANGED_LATER
        elif is_own and row.units != receipt.units:
            standing = ReceiptStanding.UNITS_DIFFER
        else:
            standing = ReceiptStanding.LISTED
        return CheckedReceipt(number, standing, row.units, None, None)
    if left_out is not None:
        return CheckedReceipt(number, ReceiptStanding.VOID, None, left_out.reason, left_out.stands_for_it)
    return CheckedReceipt(number, ReceiptStanding.DROPPED, None, None, None)
