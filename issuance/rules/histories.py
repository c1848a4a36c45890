"""What happened to an application, version by version."""

from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuance.lottery.receipts import verify_receipt
from issuance.lottery.refusals import ReceiptLeafDiffers, ReceiptSignatureInvalid
from issuance.model import Application, ApplicationHistory, ClerkEntry, SignatureCheck, VersionHistory


def history_of(
    round_slug: str, versions: Sequence[tuple[Application, ClerkEntry | None]], keys: Mapping[str, bytes]
) -> ApplicationHistory:
    """Tell who changed what, when and from where; `versions` ascend and there is at least one."""
    first, _ = versions[0]
    before: int | None = None
    told = []
    for application, entry in versions:
        units = None if application.is_withdrawn else application.units
        told.append(
            VersionHistory(
                version=application.version,
                at=application.received_at,
                channel=application.channel,
                entry=entry,
                units_before=before,
                units=units,
                signature=_checked(round_slug, application, keys),
            )
        )
        before = units
    return ApplicationHistory(first.round_id, round_slug, first.person_id, first.receipt, tuple(told))


def _checked(round_slug: str, application: Application, keys: Mapping[str, bytes]) -> SignatureCheck | None:
    if application.is_withdrawn or application.kid is None:
        return None
    if application.kid not in keys:
        return SignatureCheck.KEY_UNKNOWN
    public_key = Ed25519PublicKey.from_public_bytes(keys[application.kid])
    try:
        verify_receipt(application.signed_receipt(round_slug), public_key)
    except (ReceiptSignatureInvalid, ReceiptLeafDiffers):
        return SignatureCheck.INVALID
    return SignatureCheck.VALID
