"""The forms with which a shop joins; everything is text until it is judged, so that nothing typed is lost."""

from typing import Any

from pydantic import BaseModel, Field, field_validator

TEXT_MAX = 500


class _Form(BaseModel):
    """A form that came from one of the screens; `again` is there when it was opened from the last one."""

    again: str = Field("", max_length=1)

    @field_validator("*", mode="before")
    @classmethod
    def only_what_can_be_seen(cls, value: Any) -> Any:
        """Leave out control characters: no keyboard types them, and no database keeps them all."""
        return "".join(filter(str.isprintable, value)) if isinstance(value, str) else value


class BusinessForm(_Form):
    """Who applies."""

    legal_name: str = Field("", max_length=TEXT_MAX)
    legal_kana: str = Field("", max_length=TEXT_MAX)
    representative: str = Field("", max_length=TEXT_MAX)
    phone: str = Field("", max_length=TEXT_MAX)
    postal_code: str = Field("", max_length=TEXT_MAX)
    address: str = Field("", max_length=TEXT_MAX)


class TradeForm(_Form):
    """What is sold."""

    trade: str = Field("", max_length=TEXT_MAX)


class StoreForm(_Form):
    """One store; `number` counts from 1."""

    number: int = Field(1, ge=1, le=20)
    display_name: str = Field("", max_length=TEXT_MAX)
    name_latin: str = Field("", max_length=TEXT_MAX)
    district: str = Field("", max_length=TEXT_MAX)
    postal_code: str = Field("", max_length=TEXT_MAX)
    address: str = Field("", max_length=TEXT_MAX)
    floor_m2: str = Field("", max_length=TEXT_MAX)


class StoreNumber(_Form):
    """Which store; `number` counts from 1."""

    number: int = Field(ge=1, le=20)


class AccountForm(_Form):
    """Where the shop is paid."""

    bank_code: str = Field("", max_length=TEXT_MAX)
    branch_code: str = Field("", max_length=TEXT_MAX)
    account_kind: str = Field("", max_length=TEXT_MAX)
    account_number: str = Field("", max_length=TEXT_MAX)
    holder_kana: str = Field("", max_length=TEXT_MAX)


class PledgeForm(_Form):
    """The version of the pledge whose box was ticked."""

    pledge: str = Field("", max_length=20)
