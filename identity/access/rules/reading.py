"""Which desk may read what of a person, and how a search is read."""

import unicodedata
from collections.abc import Collection, Mapping

from identity.access.model import PersonField, Reader, StaffAccess
from identity.access.refusals import PersonalDataNotForDesk
from identity.access.rules.reasons import usable_reason
from identity.model import StaffRole

PEOPLE_FOUND_MAX = 10
ALL_FIELDS = frozenset(PersonField)
MAY_READ: Mapping[StaffRole, frozenset[PersonField]] = {
    StaffRole.HELP: ALL_FIELDS,
    StaffRole.COMMERCE: ALL_FIELDS - {PersonField.HOUSEHOLD, PersonField.SMARTPHONE},
    StaffRole.FINANCE: frozenset({PersonField.NAME, PersonField.KANA, PersonField.WALLET}),
    StaffRole.AUDIT: frozenset({PersonField.NAME, PersonField.WALLET}),
    StaffRole.ADMIN: frozenset(),
}
"""What each desk needs for its duty (個人情報保護法, article 61); who keeps the system running reads nobody's data."""

_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def reader_of(access: StaffAccess, roles_now: Collection[StaffRole], fields: Collection[PersonField]) -> Reader:
    """Decide under which desk a member of staff reads: the first in the order of the roles that may read all fields.

    Only a role that the sign-in carried and that the person still has counts (ASVS 5.0, 8.3.2). Refuses, in this
    order: what `usable_reason` refuses; PersonalDataNotForDesk.
    """
    reason = usable_reason(access.reason)
    wanted = frozenset(fields)
    for desk in StaffRole:
        if desk in access.roles and desk in roles_now and wanted <= MAY_READ[desk]:
            return Reader(access.staff_id, desk, reason, access.screen)
    raise PersonalDataNotForDesk(tuple(sorted(wanted)))


def kana_as_registered(typed: str) -> str:
    """A reading in full-width katakana without spaces, from hiragana or any width."""
    plain = unicodedata.normalize("NFKC", typed).translate(_HIRAGANA_TO_KATAKANA)
    return "".join(sign for sign in plain if not sign.isspace() and sign != "・")
