"""Expected noes about merchants, stores and posters."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class MerchantRecordInvalid(Refusal):
    """A merchant or store to be registered is not usable; `position` counts merchants from 0."""

    kind: ClassVar[Kind] = Kind.INVALID
    position: int
    field_name: str


@dataclass(eq=False)
class MerchantAlreadyRegistered(Refusal):
    """A merchant or store with this id was registered before, or is named twice."""

    record_id: str


@dataclass(eq=False)
class MerchantUnknown(Refusal):
    """No merchant has this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    merchant_id: str


@dataclass(eq=False)
class MerchantNotApproved(Refusal):
    """The merchant applied but was not approved yet."""

    merchant_id: str


@dataclass(eq=False)
class MerchantSuspended(Refusal):
    """The merchant may not take payments for now."""

    merchant_id: str


@dataclass(eq=False)
class MerchantStatusNotAllowed(Refusal):
    """A merchant's status does not move this way."""

    merchant_id: str
    from_status: str
    to_status: str


@dataclass(eq=False)
class SuspensionReasonMissing(Refusal):
    """Who stops a merchant, or lets it go on, says why."""

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class StoreUnknown(Refusal):
    """No store has this id or code."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    store: str


@dataclass(eq=False)
class PosterUnknown(Refusal):
    """No poster of this store has this serial."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    serial: str


@dataclass(eq=False)
class PosterRevoked(Refusal):
    """The poster was taken out of use; the shop has another one."""

    serial: str
    revoked_at: str
