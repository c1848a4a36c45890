"""Whether this process can do its work."""

from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import JSONResponse

router = APIRouter(tags=["health"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready")
def ready(request: Request) -> JSONResponse:
    """The database answers, durably: fsync and synchronous_commit are on."""
    with request.app.state.installation.pay_database.transaction() as session:
        settings = [session.execute(text(f"SHOW {name}")).scalar() for name in ("fsync", "synchronous_commit")]
    is_durable = settings == ["on", "on"]
    return JSONResponse({"status": "ready" if is_durable else "not durable"}, 200 if is_durable else 503)
