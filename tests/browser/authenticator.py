"""The virtual authenticator of Chromium: a telephone that keeps passkeys and recognises its owner."""

from typing import Any

from playwright.sync_api import CDPSession, Page

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Authenticator:
    """Keeps passkeys for one page (Web Authentication, section 11: user agent automation)."""

    def __init__(self, page: Page) -> None:
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable")
        added = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
        self._name = {"authenticatorId": added["authenticatorId"]}

    def passkeys(self) -> list[dict[str, Any]]:
        """What it keeps: credentialId, rpId, userHandle and signCount of each passkey."""
        credentials: list[dict[str, Any]] = self._devtools.send("WebAuthn.getCredentials", self._name)["credentials"]
        return credentials

    def recognise_owner(self, recognised: bool) -> None:
        """Whether it recognises the person (a finger, a face, the screen lock) from now on."""
        self._devtools.send("WebAuthn.setUserVerified", {**self._name, "isUserVerified": recognised})

    def forget(self) -> None:
        """Lose every passkey, as with a lost telephone."""
        self._devtools.send("WebAuthn.clearCredentials", self._name)
