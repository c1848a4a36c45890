"""Issue sign-in codes to be printed on postcards."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from identity import store
from identity.model import Holder, HolderKind, IssuedCode
from identity.refusals import HolderUnknown, SignInCodesExhausted
from identity.rules.sign_in_code import SELECTORS, SignInCode, random_secret, random_selector, secret_digest


def issue_sign_in_codes(
    session: Session, holders: Sequence[Holder], *, pepper: bytes, now: datetime
) -> list[IssuedCode]:
    """Issue one code for each holder, in the order given; a holder named twice gets one.

    A code that the holder had before is revoked. Only HMAC-SHA256(pepper, secret) is stored, so the answer is the one
    moment at which the codes can be printed. Refuses, in this order: HolderUnknown; SignInCodesExhausted.
    """
    once = list(dict.fromkeys(holders))
    if not once:
        return []
    _demand_known(session, once)
    selectors = _unused_selectors(session, len(once))
    codes = [SignInCode(selector, random_secret()) for selector in selectors]

    # Nothing below this line may refuse.
    store.revoke_codes(session, once, now)
    rows = (
        (code.selector, secret_digest(pepper, code.secret), holder) for code, holder in zip(codes, once, strict=True)
    )
    store.insert_codes(session, rows, now)
    return [IssuedCode(holder, code.text) for holder, code in zip(once, codes, strict=True)]


def _demand_known(session: Session, holders: Collection[Holder]) -> None:
    for kind in HolderKind:
        ids = [holder.id for holder in holders if holder.kind == kind]
        existing = store.existing_holders(session, kind, ids) if ids else set()
        for holder_id in ids:
            if holder_id not in existing:
                raise HolderUnknown(kind.value, str(holder_id))


def _unused_selectors(session: Session, count: int) -> list[str]:
    left = SELECTORS - store.count_selectors(session)
    if count > left:
        raise SignInCodesExhausted(asked=count, left=left)
    unused: set[str] = set()
    while len(unused) < count:
        drawn = {random_selector() for _ in range(count - len(unused))}
        unused |= drawn - store.taken_selectors(session, drawn)
    return list(unused)
