"""Every expected no of notices."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class NoticeUnknown(Refusal):
    """This wallet has no notice with this id."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    notice_id: str
