"""Everything that Kashima ID offers."""

from fastapi import APIRouter

from identity_provider.pages import logout
from identity_provider.pages import router as pages
from identity_provider.routes import authorize, device, introspection, metadata, pushed_request, token, userinfo

router = APIRouter()
for endpoint in (metadata, authorize, pushed_request, token, userinfo, introspection, device):
    router.include_router(endpoint.router)
router.include_router(logout.for_applications)

__all__ = ["pages", "router"]
