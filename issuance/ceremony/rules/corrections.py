"""Which receipts a corrected list may leave out."""

from collections.abc import Mapping, Sequence

from issuance.ceremony.refusals import ExclusionNotPossible
from issuance.model.draws import GIVEN_REASONS, Candidate, VoidReason


def check_exclusions(excluded: Mapping[str, VoidReason], candidates: Sequence[Candidate]) -> None:
    """Refuse ExclusionNotPossible for the first receipt that nobody can leave out for the reason given."""
    standing = {item.receipt for item in candidates if not item.is_withdrawn}
    for receipt, reason in sorted(excluded.items()):
        if receipt not in standing or reason not in GIVEN_REASONS:
            raise ExclusionNotPossible(receipt=receipt)
