"""The ceremonies of passkeys (W3C Web Authentication Level 3, sections 7.1 and 7.2).

A passkey must be discoverable and must have verified its user by PIN or biometrics. The library checks the formats and
the signatures; what it leaves to the relying party is checked here.
"""

import hmac
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from identity.doors.model import NewPasskey, Passkey, PasskeyUse, RelyingParty
from identity.doors.refusals import PasskeyMayBeCopied, PasskeyNotVerified, PasskeyResponseUnreadable, PasskeysTooMany

CHALLENGE_LIFETIME_S = 300
CHALLENGES_PER_BROWSER_MAX = 8
PASSKEYS_PER_HOLDER_MAX = 20

_RESPONSE_LENGTH_MAX = 30_000
_CREDENTIAL_ID_LENGTH_MAX = 1_023

Read = TypeVar("Read")


def registration_options(
    party: RelyingParty, *, user_handle: bytes, user_name: str, challenge: bytes, registered: Sequence[Passkey]
) -> dict[str, Any]:
    """Write what `PublicKeyCredential.parseCreationOptionsFromJSON` reads; passkeys in `registered` are not made twice.

    `user_name` is what the device shows beside the passkey; it is stored on the device alone.
    """
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user_handle,
        user_name=user_name,
        challenge=challenge,
        timeout=CHALLENGE_LIFETIME_S * 1_000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[_descriptor(passkey) for passkey in registered],
    )
    return _as_dict(options_to_json(options))


def sign_in_options(party: RelyingParty, *, challenge: bytes) -> dict[str, Any]:
    """Write what `PublicKeyCredential.parseRequestOptionsFromJSON` reads: any passkey of ours that the device knows."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=CHALLENGE_LIFETIME_S * 1_000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_dict(options_to_json(options))


def read_registration(response: str) -> tuple[RegistrationCredential, bytes]:
    """Read a registration's JSON text, and the challenge that it says it answers. Refuses PasskeyResponseUnreadable."""
    credential = _read(response, parse_registration_credential_json)
    return credential, _challenge_in(credential.response.client_data_json)


def read_sign_in(response: str) -> tuple[AuthenticationCredential, bytes]:
    """Read a sign-in's JSON text, and the challenge that it says it answers. Refuses PasskeyResponseUnreadable."""
    credential = _read(response, parse_authentication_credential_json)
    return credential, _challenge_in(credential.response.client_data_json)


def verify_registration(credential: RegistrationCredential, challenge: bytes, party: RelyingParty) -> NewPasskey:
    """Verify a registration and say what is to be stored. Refuses PasskeyNotVerified."""
    _demand_same_origin(credential.response.client_data_json)
    verified = _verified(
        lambda: verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
    )
    if len(verified.credential_id) > _CREDENTIAL_ID_LENGTH_MAX or verified.credential_id != credential.raw_id:
        raise PasskeyNotVerified
    return NewPasskey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        aaguid=UUID(verified.aaguid),
        transports=tuple(sorted({transport.value for transport in credential.response.transports or ()})),
        device_type=verified.credential_device_type.value,
        backed_up=verified.credential_backed_up,
    )


def verify_sign_in(
    credential: AuthenticationCredential, passkey: Passkey, user_handle: bytes, challenge: bytes, party: RelyingParty
) -> PasskeyUse:
    """Verify that the passkey answered this challenge for the holder with this handle. Refuses PasskeyNotVerified.

    The counter is not judged here: without a signature it would be anybody's word.
    """
    _demand_same_origin(credential.response.client_data_json)
    if not hmac.compare_digest(credential.response.user_handle or b"", user_handle):
        raise PasskeyNotVerified
    verified = _verified(
        lambda: verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    )
    if verified.credential_device_type.value != passkey.device_type:
        raise PasskeyNotVerified
    return PasskeyUse(verified.new_sign_count, verified.credential_backed_up)


def demand_counter_rises(stored: int, shown: int) -> None:
    """Refuse PasskeyMayBeCopied if a counter of signatures did not rise; one that stays at 0 counts nothing."""
    if (stored or shown) and shown <= stored:
        raise PasskeyMayBeCopied


def demand_room_for_passkey(registered: Sequence[Passkey]) -> None:
    """Refuse PasskeysTooMany to a holder who has 20."""
    if len(registered) >= PASSKEYS_PER_HOLDER_MAX:
        raise PasskeysTooMany(PASSKEYS_PER_HOLDER_MAX)


def _read(response: str, parse: Callable[[str], Read]) -> Read:
    if len(response) > _RESPONSE_LENGTH_MAX:
        raise PasskeyResponseUnreadable
    try:
        return parse(response)
    except Exception as unreadable:  # Hostile text makes decoders raise whatever they like.
        raise PasskeyResponseUnreadable from unreadable


def _challenge_in(client_data: bytes) -> bytes:
    try:
        return parse_client_data_json(client_data).challenge
    except Exception as unreadable:
        raise PasskeyResponseUnreadable from unreadable


def _demand_same_origin(client_data: bytes) -> None:
    """A page of ours inside a frame of somebody else's is not where people sign in (section 7.2, step 13)."""
    if parse_client_data_json(client_data).cross_origin:
        raise PasskeyNotVerified


def _verified(verify: Callable[[], Read]) -> Read:
    try:
        return verify()
    except Exception as unverified:  # The same: keys and flags of a stranger reach decoders of several libraries.
        raise PasskeyNotVerified from unverified


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(name) for name in passkey.transports]
    return PublicKeyCredentialDescriptor(id=passkey.credential_id, transports=transports)


def _as_dict(text: str) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(text)
    return options
