"""The shared look of every face: one base template, one style sheet, and what guards a page.

A face makes one `Pages` with its own `templates` directory (they may extend "base.html") and takes its routers from
`page_router`. Every answer of such a router carries the security headers, every form that is sent is checked to come
from our own pages, and every refusal becomes a page that says what happened, whether money moved and what to do next.
The first screen of a face is `router.get("/")`, so `home` ends with a slash.

What a browser wants pages to look like (language, size of letters, readings, light or dark) is its `Look`; `look_pages`
is where it is chosen. A face speaks the languages that it keeps catalogues for, in its `words` directory.
"""

from kernel.pages.compression import compressed
from kernel.pages.cookies import HostCookie
from kernel.pages.form_key import FormKey, new_form_key
from kernel.pages.languages import msgid
from kernel.pages.look import Language, Look, read_look
from kernel.pages.look_page import look_pages
from kernel.pages.origin import OriginNotOurs, check_origin, origin_is_ours
from kernel.pages.otherwise import answer_otherwise
from kernel.pages.protection import let_scan, protect
from kernel.pages.rendering import Advice, Money, Pages, sentence_of
from kernel.pages.route import page_router
from kernel.pages.static_files import mount_static
from kernel.pages.typed import typed_yen

__all__ = [
    "Advice",
    "FormKey",
    "HostCookie",
    "Language",
    "Look",
    "Money",
    "OriginNotOurs",
    "Pages",
    "answer_otherwise",
    "check_origin",
    "compressed",
    "let_scan",
    "look_pages",
    "mount_static",
    "msgid",
    "new_form_key",
    "origin_is_ours",
    "page_router",
    "protect",
    "read_look",
    "sentence_of",
    "typed_yen",
]
