"""Every expected "no" on the way to LINE or the Digital Agency and back."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class ProviderSignInCancelled(Refusal):
    """The person went back at the provider instead of signing in."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str


@dataclass(eq=False)
class ProviderSignInRefused(Refusal):
    """The provider answered with another error than the person's own no; `reason` is its code for it."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str
    reason: str


@dataclass(eq=False)
class ProviderSignInTooSlow(Refusal):
    """Longer passed between leaving for the provider and coming back than a sign-in may take."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str


@dataclass(eq=False)
class ProviderSignInStateWrong(Refusal):
    """Who came back from the provider is not who left: the state is missing or another one."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str


@dataclass(eq=False)
class ProviderSignInMixedUp(Refusal):
    """The answer names another issuer than the one that was asked (RFC 9207)."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str


@dataclass(eq=False)
class ProviderCallbackUnreadable(Refusal):
    """The answer carries neither a code nor an error."""

    kind: ClassVar[Kind] = Kind.MALFORMED
    provider: str


@dataclass(eq=False)
class ProviderCodeRefused(Refusal):
    """The provider does not take the code: used before, too old, or not given to whoever brings it."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str


@dataclass(eq=False)
class ProviderTokenInvalid(Refusal):
    """The ID token is not what it must be; `reason` is one of the words of `id_tokens.Flaw`."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str
    reason: str


@dataclass(eq=False)
class ProviderLevelTooLow(Refusal):
    """The provider does not say that the person was checked as strongly as was asked for."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    provider: str


@dataclass(eq=False)
class LineSignatureInvalid(Refusal):
    """The signature is missing or not LINE's over these bytes."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class LineWebhookUnreadable(Refusal):
    """The body is signed but is not a list of events as LINE describes them."""

    kind: ClassVar[Kind] = Kind.MALFORMED


@dataclass(eq=False)
class LineQuotaUsedUp(Refusal):
    """The messages that the city pays for this month are used up; asking again this month changes nothing."""


@dataclass(eq=False)
class LineRecipientUnknown(Refusal):
    """LINE knows no such user who can be written to."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND


@dataclass(eq=False)
class LineTextNotSendable(Refusal):
    """A text message is empty or longer than LINE takes; lengths are in UTF-16 code units, as LINE counts."""

    kind: ClassVar[Kind] = Kind.INVALID
    length: int
    max_length: int


@dataclass(eq=False)
class MailNotAccepted(Refusal):
    """The mail server says for good that it does not take a letter: no such recipient, or not from us."""

    reply_code: int
