"""The parts people and time play: a customer pays in the browser or at a store, or a slip expires."""

from collections.abc import Iterable

from kashiman.demo.stripe_double import payment_intents
from kashiman.demo.stripe_double.account import Account, Json
from kashiman.demo.stripe_double.faults import ApiError, unexpected_state


def pay_card(
    account: Account, intent_id: str, payment_method: str = "pm_card_visa", card_number: str | None = None
) -> Json:
    """Pay in the browser, or finish the authentication that the card issuer asked for.

    Two payments with one `card_number` are made with one card; without it, all with one test card are. Refuses what
    confirming refuses, except a decline: the browser shows that, and the intent tells it.
    """
    intent = account.intent(intent_id)
    if card_number is not None:
        account.card_numbers[intent_id] = card_number
    if _waits_for(intent, "use_stripe_sdk"):
        return payment_intents.succeed(account, intent)
    if _waits_for(intent, "konbini_display_details"):
        raise unexpected_state("pay by card for", "an open slip")
    try:
        return payment_intents.confirm(account, intent_id, {"payment_method": payment_method})
    except ApiError as fault:
        if fault.type != "card_error":
            raise
        return intent


def pay_slip(account: Account, intent_id: str, store: str = "lawson") -> Json:
    """Pay an open slip at a chain's till. Refuses a payment that has no open slip."""
    return payment_intents.succeed(account, _with_slip(account, intent_id), store)


def expire_slip(account: Account, intent_id: str) -> Json:
    """Let the time of an open slip run out. Refuses a payment that has no open slip."""
    intent = _with_slip(account, intent_id)
    payment_intents.fail(account, intent, "payment_intent_payment_attempt_expired")
    return intent


def pay_many(account: Account, intent_ids: Iterable[str]) -> list[str]:
    """Pay each by a card of its own or at a store, whichever it waits for; says which the customer could not pay.

    Refuses an id that is unknown, before anybody pays.
    """
    intents = [account.intent(intent_id) for intent_id in intent_ids]
    return [intent["id"] for intent in intents if not _is_paid(account, intent)]


def _is_paid(account: Account, intent: Json) -> bool:
    try:
        if _waits_for(intent, "konbini_display_details"):
            pay_slip(account, intent["id"])
        else:
            pay_card(account, intent["id"], card_number=intent["id"])
        if _waits_for(intent, "use_stripe_sdk"):
            pay_card(account, intent["id"])
    except ApiError:
        return False
    return intent["status"] in ("succeeded", "requires_capture")


def _with_slip(account: Account, intent_id: str) -> Json:
    intent = account.intent(intent_id)
    if not _waits_for(intent, "konbini_display_details"):
        raise unexpected_state("pay a slip of", intent["status"])
    return intent


def _waits_for(intent: Json, action: str) -> bool:
    return intent["status"] == "requires_action" and bool(intent["next_action"]["type"] == action)
