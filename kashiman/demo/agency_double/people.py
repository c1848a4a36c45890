"""Invented holders of a card, and the ways in which their four basics can be written."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

Sex = Literal["male", "female", "other", "unknown"]
DIGITS: dict[Sex, str] = {"male": "1", "female": "2", "other": "3", "unknown": "9"}


@dataclass(frozen=True, slots=True)
class CardHolder:
    """Somebody with a card; the basics are as the resident register has them."""

    person_id: str
    name: str
    address: str
    birth_date: date
    sex: Sex

    def subject_for(self, client_id: str) -> str:
        """The subject that one client sees (pairwise, the same at every sign-in)."""
        digest = hashlib.sha256(f"{client_id}\n{self.person_id}".encode()).digest()
        return str(UUID(bytes=digest[:16], version=4))


INVENTED = (
    CardHolder("test-1", "鹿島　花子", "佐賀県鹿島市大字高津原０００番地", date(1985, 3, 15), "female"),
    CardHolder("test-2", "浜　太郎", "佐賀県鹿島市浜町０００番地", date(1947, 11, 2), "male"),
    CardHolder("test-3", "能古見　ひかり", "佐賀県鹿島市大字山浦０００番地", date(2004, 2, 29), "other"),
)


class Formats(BaseModel):
    """How the basics and the level are written; `acr` None leaves the claim out."""

    birthdate: Literal["YYYYMMDD", "YYYY-MM-DD", "YYYYMM00"] = "YYYYMMDD"
    gender: Literal["digit", "word"] = "digit"
    address: Literal["text", "object"] = "text"
    acr: str | None = "aal3"
    sends_issuer: bool = False


def basics_of(person: CardHolder, scopes: frozenset[str], formats: Formats) -> dict[str, Any]:
    """The claims that the scopes open, flat beside `sub`."""
    birthdate = {
        "YYYYMMDD": person.birth_date.strftime("%Y%m%d"),
        "YYYY-MM-DD": person.birth_date.isoformat(),
        "YYYYMM00": person.birth_date.strftime("%Y%m00"),
    }
    basics = {
        "name": person.name,
        "address": person.address if formats.address == "text" else {"formatted": person.address},
        "birthdate": birthdate[formats.birthdate],
        "gender": DIGITS[person.sex] if formats.gender == "digit" else person.sex,
    }
    return {name: value for name, value in basics.items() if name in scopes}
