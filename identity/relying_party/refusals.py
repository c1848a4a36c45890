"""Every expected no of signing in at a face."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.refusals import Kind, Refusal


@dataclass(eq=False)
class SignInNotFinished(Refusal):
    """The way back from the provider does not fit the way there; beginning again helps. `part` says what did not."""

    kind: ClassVar[Kind] = Kind.UNAUTHENTICATED
    part: str
