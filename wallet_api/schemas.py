"""The documents that travel over the wallet's API. Yen are whole numbers; times are ISO 8601 with an offset."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kernel.http import AmountYen


class Document(BaseModel):
    """Every document refuses members that it does not know."""

    model_config = ConfigDict(extra="forbid")


class SignInBody(Document):
    """The code printed on the postcard."""

    code: str = Field(max_length=100, examples=["7K3M-9QXC-42TR-8V"])


class SignInAnswer(Document):
    """A token for the following minutes."""

    access_token: str
    token_type: str = "Bearer"
    expires_in: int = Field(description="Seconds until the token ends", examples=[600])
    display_name: str


class PayBody(Document):
    """Pay at a shop's code: the scanned text and the amount that the resident typed."""

    code: str = Field(max_length=600, description="The text of the shop's QR code, unchanged")
    amount_yen: AmountYen


class PaymentAnswer(Document):
    """A payment that is in the books; the same key asked again gets the same answer."""

    payment_id: UUID
    amount_yen: int = Field(examples=[1200])
    store_id: UUID
    store_name: str = Field(examples=["松尾酒造 本店"])
    paid_at: datetime
    match_phrase: str = Field(description="Two words that the shop's screen shows too", examples=["すばやい やなぎ"])


class LotAnswer(Document):
    """Value with the same terms and expiry."""

    lot_id: UUID
    campaign_id: UUID
    usable_at: str = Field(examples=["all_shops"])
    first_day: date
    last_day: date
    issued_yen: int = Field(examples=[5000])
    left_yen: int = Field(examples=[3800])
    usable_today: bool


class WalletAnswer(Document):
    """What the resident has, in the order in which it will be spent."""

    usable_yen: int
    total_yen: int
    lots: list[LotAnswer]


class MovementAnswer(Document):
    """A payment, or what was given back of one (negative yen)."""

    kind: str = Field(examples=["payment"])
    id: UUID
    payment_id: UUID
    store_name: str
    amount_yen: int
    at: datetime
    match_phrase: str


class HistoryAnswer(Document):
    """Movements, newest first; ask again with `before` = the last one's time for older ones."""

    movements: list[MovementAnswer]


class CodeAnswer(Document):
    """A code to show at the till; it works once."""

    code: str
    svg: str = Field(description="The code as a picture")
    expires_at: datetime
