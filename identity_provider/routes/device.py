"""Where a device without a browser begins (RFC 8628, section 3.1)."""

from starlette.responses import Response

from identity.provider.operations.begin_device_authorization import DeviceCodes, begin_device_authorization
from identity_provider.caller import calling_client, proving
from identity_provider.parts import Parts
from identity_provider.protocol import SentForm, document, protocol_router
from kernel.db import Session

router = protocol_router()
PATH = "/id/device-authorization"


@router.post(PATH)
def begin(form: SentForm, parts: Parts) -> Response:
    """Give a device its code for three minutes, and the one that it shows, for one application."""
    now = parts.clock.now()

    def work(session: Session) -> DeviceCodes:
        client = calling_client(session, form, parts, PATH, now)
        scopes = (form.text("scope") or "").split()
        application = form.demand("application")
        return begin_device_authorization(session, client, scopes=scopes, application=application, now=now)

    codes = proving(parts, work)
    address = f"{parts.issuer}/id/device"
    return document(
        {
            "device_code": codes.device_code,
            "user_code": codes.user_code,
            "verification_uri": address,
            "verification_uri_complete": f"{address}?user_code={codes.user_code}",
            "expires_in": codes.expires_in_s,
            "interval": codes.interval_s,
        }
    )
