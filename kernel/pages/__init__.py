"""The shared look of every face: one base template, one style sheet, and what guards a page.

A face makes one `Pages` with its own `templates` directory (they may extend "base.html") and takes its routers from
`page_router`. Every answer of such a router carries the security headers, every form that is sent is checked to come
from our own pages, and every refusal becomes a page that says what happened, whether money moved and what to do next.
The first screen of a face is `router.get("/")`, so `home` ends with a slash.
"""

from kernel.pages.cookies import HostCookie
from kernel.pages.form_key import FormKey, new_form_key
from kernel.pages.origin import OriginNotOurs, check_origin, origin_is_ours
from kernel.pages.protection import protect
from kernel.pages.rendering import Advice, Money, Pages, sentence_of
from kernel.pages.route import page_router
from kernel.pages.static_files import mount_static
from kernel.pages.typed import typed_yen

__all__ = [
    "Advice",
    "FormKey",
    "HostCookie",
    "Money",
    "OriginNotOurs",
    "Pages",
    "check_origin",
    "mount_static",
    "new_form_key",
    "origin_is_ours",
    "page_router",
    "protect",
    "sentence_of",
    "typed_yen",
]
