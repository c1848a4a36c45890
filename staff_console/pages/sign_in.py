"""Signing in through the city's provider, and out."""

from fastapi import Request

from identity.relying_party.face import sign_in_pages
from staff_console.pages.look import console
from staff_console.parts import ConsoleParts
from staff_console.viewer import FACE


def _parts_of(request: Request) -> ConsoleParts:
    parts: ConsoleParts = request.app.state.console
    return parts


router = sign_in_pages(console, FACE, _parts_of, "sign_in.html")
