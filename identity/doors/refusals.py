"""Every expected no of the doors."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class PasskeyResponseUnreadable(Refusal):
    """What the browser sent is not the answer of a passkey."""

    kind: ClassVar[Kind] = Kind.MALFORMED


@dataclass(eq=False)
class PasskeyChallengeOver(Refusal):
    """The challenge was used, is over, or was given to another browser, holder or purpose; nothing tells which."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class PasskeyUnknown(Refusal):
    """No passkey in use is known by this credential; it was never registered here, or was removed."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class PasskeyNotVerified(Refusal):
    """The answer does not prove the passkey: origin, relying party, verification of the user, or signature."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class PasskeyMayBeCopied(Refusal):
    """The passkey's counter went backwards, so a copy may exist; it opens nothing until it is replaced."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class PasskeyWaitsForSecondPerson(Refusal):
    """A passkey of a member of staff opens nothing before an administrator has confirmed it."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class PasskeyAlreadyRegistered(Refusal):
    """The authenticator's credential is registered already, for this holder or another."""


@dataclass(eq=False)
class PasskeyAlreadyConfirmed(Refusal):
    """The passkey needs no confirmation, or has it."""


@dataclass(eq=False)
class PasskeysTooMany(Refusal):
    """A holder has as many passkeys as one may have."""

    passkeys_max: int


@dataclass(eq=False)
class SignInNotRecent(Refusal):
    """The sign-in is too long ago for this; signing in again helps."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    age_max_s: int


@dataclass(eq=False)
class SignInTooWeakForDoor(Refusal):
    """The sign-in proves less than what the door stands for, so it cannot add or end it."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    door: str


@dataclass(eq=False)
class NewPostcardNeeded(Refusal):
    """The code of the postcard is older than the passkey it would stand in for; a new one must be issued."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class DoorNotForHolder(Refusal):
    """This kind of holder cannot have this door."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    door: str
    holder_kind: str


@dataclass(eq=False)
class DoorNotFound(Refusal):
    """The holder has no such passkey, link or till."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class LastDoorStays(Refusal):
    """Without this door the holder could not sign in any more."""


@dataclass(eq=False)
class LabelUnusable(Refusal):
    """A label is empty, too long, or has characters that cannot be seen."""

    kind: ClassVar[Kind] = Kind.INVALID
    length_max: int


@dataclass(eq=False)
class ProviderNotLinked(Refusal):
    """The provider proved somebody, but nobody here is linked to them."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str


@dataclass(eq=False)
class ProviderLoginTooOld(Refusal):
    """Somebody had to sign in anew, and the provider told of a sign-in from before, or not when it was."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    provider: str


@dataclass(eq=False)
class SubjectAlreadyLinked(Refusal):
    """The provider's subject is linked to somebody else here; nothing tells to whom."""

    provider: str


@dataclass(eq=False)
class VerifiedPersonDiffers(Refusal):
    """The name and birth date that the provider verified are missing, or are not those of this person."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class VerifiedPersonNotFound(Refusal):
    """No single resident has the name, birth date and address that the provider verified."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class StaffRoleNeeded(Refusal):
    """Only a member of staff with this role may do this."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN
    needed: str


@dataclass(eq=False)
class SamePersonTwice(Refusal):
    """Two different members of staff must stand behind this, and it was one."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class CounterCodeUnreadable(Refusal):
    """The text cannot be a code of the counter: it has eight digits."""

    kind: ClassVar[Kind] = Kind.MALFORMED


@dataclass(eq=False)
class CounterCodeWrong(Refusal):
    """No live code of the counter reads like this; nothing tells whether one did before."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class CounterCodesExhausted(Refusal):
    """More people are being confirmed at the counter at this moment than there are codes."""


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """From this part of the network too many wrong codes were typed; the holders of the codes are not locked."""

    kind: ClassVar[Kind] = Kind.TOO_MANY
    retry_after_s: int


@dataclass(eq=False)
class ShopOwnerNeeded(Refusal):
    """Only an owner of the shop may bind and release its tills, an owner of one store those of that store."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class TillNotBound(Refusal):
    """The store takes cashiers at its bound tills only, and this device is none of them."""

    kind: ClassVar[Kind] = Kind.FORBIDDEN


@dataclass(eq=False)
class MailAddressUnreadable(Refusal):
    """This is no address that e-mail can be sent to; it is not repeated."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class MailCodeWrong(Refusal):
    """No code that lives reads like this; nothing tells whether one did before, or whether an address waits."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class MailAddressMissing(Refusal):
    """There is no address for e-mail that this person gave and proved."""


@dataclass(eq=False)
class TooManyMailCodes(Refusal):
    """Enough codes were mailed for this person within a day."""

    kind: ClassVar[Kind] = Kind.TOO_MANY
    retry_after_s: int


@dataclass(eq=False)
class MailDoorClosed(Refusal):
    """This installation sends no e-mail."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
