"""The browser of the tests does what the tests of the pages rely on."""

import json

import pytest
from playwright.sync_api import Error, Page
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from tests.browser.authenticator import Authenticator
from tests.browser.blank_page import serving

SITE = "localhost"
CREATE = """async (options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return (await navigator.credentials.create({ publicKey })).toJSON();
}"""
GET = """async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({ publicKey })).toJSON();
}"""
HOST_COOKIE = {"Set-Cookie": "__Host-visit=1; Secure; HttpOnly; SameSite=Lax; Path=/"}


def test_a_passkey_is_made_and_used(browser_page: Page, authenticator: Authenticator) -> None:
    with serving() as port:
        origin = f"http://{SITE}:{port}"
        browser_page.goto(origin)
        made = make_passkey(browser_page, origin)
        assert made.user_verified
        assert [passkey["rpId"] for passkey in authenticator.passkeys()] == [SITE]
        used = use_passkey(browser_page, origin, made)
        assert used.credential_id == made.credential_id
        assert used.new_sign_count > made.sign_count


def test_somebody_whom_the_telephone_does_not_recognise_uses_no_passkey(
    browser_page: Page, authenticator: Authenticator
) -> None:
    with serving() as port:
        origin = f"http://{SITE}:{port}"
        browser_page.goto(origin)
        made = make_passkey(browser_page, origin)
        authenticator.recognise_owner(False)
        with pytest.raises(Error, match="NotAllowedError"):
            use_passkey(browser_page, origin, made)
        authenticator.recognise_owner(True)
        assert use_passkey(browser_page, origin, made).user_verified


def test_a_telephone_that_lost_its_passkeys_offers_none(browser_page: Page, authenticator: Authenticator) -> None:
    with serving() as port:
        origin = f"http://{SITE}:{port}"
        browser_page.goto(origin)
        made = make_passkey(browser_page, origin)
        authenticator.forget()
        with pytest.raises(Error, match="NotAllowedError"):
            use_passkey(browser_page, origin, made)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_cookie_of_the_host_alone_is_kept_without_tls_on_this_machine(browser_page: Page, host: str) -> None:
    with serving(HOST_COOKIE) as port:
        browser_page.goto(f"http://{host}:{port}")
        assert [cookie["name"] for cookie in browser_page.context.cookies()] == ["__Host-visit"]


def test_the_browser_reaches_no_other_machine(browser_page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        browser_page.goto("https://kashima.example/")


def make_passkey(page: Page, origin: str) -> VerifiedRegistration:
    """Register a passkey at the page that is open."""
    asked = generate_registration_options(
        rp_id=SITE,
        rp_name="鹿島市",
        user_name="鹿島 太郎",
        user_id=b"a handle that says nothing of the person",
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return verify_registration_response(
        credential=page.evaluate(CREATE, json.loads(options_to_json(asked))),
        expected_challenge=asked.challenge,
        expected_rp_id=SITE,
        expected_origin=origin,
        require_user_verification=True,
    )


def use_passkey(page: Page, origin: str, made: VerifiedRegistration) -> VerifiedAuthentication:
    """Sign in with it; nobody says which one, so the telephone must find it."""
    wanted = generate_authentication_options(rp_id=SITE, user_verification=UserVerificationRequirement.REQUIRED)
    return verify_authentication_response(
        credential=page.evaluate(GET, json.loads(options_to_json(wanted))),
        expected_challenge=wanted.challenge,
        expected_rp_id=SITE,
        expected_origin=origin,
        credential_public_key=made.credential_public_key,
        credential_current_sign_count=made.sign_count,
        require_user_verification=True,
    )
