"""The yardstick: an address that checks the same token and reads the same body as a payment, and does nothing."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.responses import Response

from kernel.http import idempotency_key
from wallet_api.schemas import PayBody
from wallet_api.viewer import Resident

router = APIRouter(tags=["bench"])


@router.post("/empty", status_code=201)
async def empty(body: PayBody, resident: Resident, key: Annotated[str, Depends(idempotency_key)]) -> Response:
    """Answer as a payment would, without one."""
    document = {"key": key, "amount_yen": body.amount_yen, "wallet_id": resident.wallet_id}
    return Response(orjson.dumps(document), 201, None, "application/json")
