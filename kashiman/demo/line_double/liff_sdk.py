"""The script that LINE gives to pages of mini apps, as far as ours runs it (developers.line.biz, LIFF v2 API)."""

import json

from fastapi import APIRouter
from fastapi.responses import Response

from kashiman.demo.line_double.account import LineAccount
from kashiman.demo.line_double.id_tokens import liff_token

SDK_PATH = "/liff/edge/2/sdk.js"
SCRIPT = """
(() => {
  const known = %s;
  let isReady = false;
  const ready = (answer) => {
    if (!isReady) throw new Error("liff.init() was not awaited");
    return answer;
  };
  window.liff = {
    init: async ({ liffId }) => {
      if (liffId !== known.liffId) throw new Error("INVALID_ARGUMENT");
      isReady = true;
    },
    isLoggedIn: () => ready(known.token !== null),
    getIDToken: () => ready(known.token),
    scanCodeV2: async () => ({ value: ready(known.seen) }),
  };
})();
"""
"""Outside of LINE's app nobody is logged in, and there is no token."""


def liff_routes(account: LineAccount) -> APIRouter:
    """The address of the script; every time it is loaded the page was opened anew."""
    router = APIRouter()

    @router.get(SDK_PATH)
    async def sdk() -> Response:
        user_id = account.telephone_of
        token = liff_token(account, user_id) if user_id else None
        known = {"liffId": account.liff_id, "token": token, "seen": account.camera_sees}
        return Response(SCRIPT % json.dumps(known), media_type="text/javascript")

    return router
