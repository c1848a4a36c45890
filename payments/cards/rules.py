"""What a card may do: its PIN, its limits and its states, decided without a database."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from kernel.clock import city_date, city_time
from kernel.refusals import Refusal
from payments.cards.model import PIN_MISSES_MAX, Card, CardAtTill, CardCharge, CardDecision, CardLimits, CardState
from payments.cards.refusals import (
    CardEnded,
    CardFrozen,
    CardHasNoPin,
    CardLimitOutOfRange,
    CardLockedByMisses,
    CardNotFrozen,
    CardPinNeeded,
    CardPinWrong,
    CardReplaced,
    CardUnknown,
    PinEasilyGuessed,
    PinMalformed,
)

Asked = TypeVar("Asked")

_PIN_LENGTH = 4
_PIN_TYPED_LENGTH_MAX = 40
_SERIAL_LENGTH = 10
_ROWS = ("0123456789012", "2109876543210")


def read_pin(typed: str) -> str:
    """Read a PIN as people type it: spaces and full width are read as meant. Refuses PinMalformed."""
    plain = "".join(unicodedata.normalize("NFKC", typed[: _PIN_TYPED_LENGTH_MAX + 1]).split())
    if len(typed) > _PIN_TYPED_LENGTH_MAX or len(plain) != _PIN_LENGTH or not (plain.isascii() and plain.isdigit()):
        raise PinMalformed
    return plain


def new_pin(typed: str) -> str:
    """Read a PIN that somebody chooses. Refuses, in this order: PinMalformed; PinEasilyGuessed."""
    pin = read_pin(typed)
    if len(set(pin)) == 1 or any(pin in row for row in _ROWS):
        raise PinEasilyGuessed
    return pin


def pin_digest(pepper: bytes, code_digest: bytes, pin: str) -> bytes:
    """Compute what is stored of a PIN: HMAC-SHA256 (RFC 2104), keyed with a pepper that the database never sees.

    The card's code is part of it, so that equal PINs of two cards differ and a new card needs its PIN set anew.
    """
    return hmac.digest(pepper, b"card-pin:" + code_digest + pin.encode(), hashlib.sha256)


def new_serial() -> str:
    """Draw ten random digits; they identify a card to people and open nothing."""
    return f"{secrets.randbelow(10**_SERIAL_LENGTH):0{_SERIAL_LENGTH}d}"


def demand_limits(limits: CardLimits, city_limits: CardLimits) -> CardLimits:
    """Answer limits that the city allows; a holder may wish lower ones. Refuses CardLimitOutOfRange."""
    fits = 0 <= limits.payment_yen <= limits.day_yen
    if not fits or limits.payment_yen > city_limits.payment_yen or limits.day_yen > city_limits.day_yen:
        raise CardLimitOutOfRange(city_limits.payment_yen, city_limits.day_yen)
    return limits


def demand_in_use(card: Card | None) -> Card:
    """Answer a card that is active or frozen. Refuses, in this order: CardUnknown; CardReplaced; CardEnded."""
    if card is None:
        raise CardUnknown
    if card.state is CardState.REPLACED:
        raise CardReplaced
    if card.state is CardState.ENDED:
        raise CardEnded
    return card


def demand_frozen(card: Card | None) -> Card:
    """Answer a card that can be unfrozen. Refuses what `demand_in_use` refuses, then CardNotFrozen."""
    known = demand_in_use(card)
    if known.state is not CardState.FROZEN:
        raise CardNotFrozen
    return known


def decide_charge(known: CardAtTill | None, charge: CardCharge, spent_yen: int) -> CardDecision:
    """Decide a charge; `spent_yen` is what the card paid without its PIN on that day so far.

    Refuses, in this order: CardUnknown; CardReplaced; CardEnded; CardLockedByMisses; CardFrozen; for a wrong PIN
    CardPinWrong or, with the third, CardLockedByMisses; above a limit without the PIN CardPinNeeded or CardHasNoPin.
    """
    try:
        card = _demand_active(known)
    except Refusal as refusal:
        return CardDecision(refusal)
    if charge.pin is not None and known is not None and known.pin is not None:
        if hmac.compare_digest(charge.pin, known.pin):
            return CardDecision(card.wallet_id, with_pin=True)
        return CardDecision(_wrong_pin(card), is_miss=True)
    limits = card.limits
    if charge.amount_yen > limits.payment_yen or spent_yen + charge.amount_yen > limits.day_yen:
        why = CardPinNeeded if card.has_pin else CardHasNoPin
        return CardDecision(why(limits.payment_yen, limits.day_yen))
    return CardDecision(card.wallet_id)


def city_day(at: datetime) -> tuple[datetime, datetime]:
    """The day of the city around an instant: its beginning, and the beginning of the next."""
    day = city_date(at)
    return city_time(day), city_time(day + timedelta(days=1))


def runs_without_repeated_card(requests: Sequence[Asked]) -> list[list[Asked]]:
    """Cut a batch into runs, in its order, in each of which a card is charged at most once.

    What a card paid that day and how often its PIN was wrong is known only after the books answered the one before.
    """
    runs: list[list[Asked]] = [[]]
    met: set[bytes] = set()
    for request in requests:
        if isinstance(request, CardCharge):
            if request.code_digest in met:
                runs.append([])
                met = set()
            met.add(request.code_digest)
        runs[-1].append(request)
    return runs


def _demand_active(known: CardAtTill | None) -> Card:
    card = demand_in_use(known.card if known else None)
    if card.is_locked:
        raise CardLockedByMisses
    if card.state is CardState.FROZEN:
        raise CardFrozen
    return card


def _wrong_pin(card: Card) -> Refusal:
    tries_left = PIN_MISSES_MAX - card.pin_misses - 1
    return CardPinWrong(tries_left) if tries_left else CardLockedByMisses()
