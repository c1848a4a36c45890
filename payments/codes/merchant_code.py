"""The merchant-presented code: a poster's static code or a till's dynamic one, signed by the city.

It is an EMVCo payload. The city's own template in ID 26 holds the city's globally unique identifier (00),
the store code (01), the print serial (02) and the id of the signing key (03). The Ed25519 signature
(RFC 8032), 86 characters of base64url, is longer than one template can hold beside the identifier, so its
halves stand in two unreserved templates, 80 and 81, last before the checksum. Signed is every character that
stands before them.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kernel.yen import AmountOutOfRange, whole_yen
from payments.codes.emvco import (
    DataObject,
    parse_payload,
    primitive,
    template,
    value_at,
    write_payload,
)
from payments.codes.refusals import (
    CodeKeyUnknown,
    CodeNotWritable,
    CodeOfAnotherScheme,
    CodeSignatureInvalid,
    CodeUnreadable,
)

CITY_GUID = "jp.lg.city.kashima.pay"

_YEN = "392"
_SIGNED_AS = b"merchant-code-1\x00"
_SIGNATURE_LENGTH = 86
_HALF_LENGTH = 43
_CITY_TEMPLATE_IDS = tuple(f"{number:02}" for number in range(26, 52))
_FORMS = {
    "store_code": r"[A-Z0-9-]{1,20}",
    "merchant_name_latin": r"(?! )[ -~]{1,25}(?<! )",
    "city": r"(?! )[ -~]{1,15}(?<! )",
    "postal_code": r"[0-9]{7}",
    "mcc": r"[0-9]{4}",
    "print_serial": r"[A-Z0-9-]{1,12}",
    "reference": r"[A-Za-z0-9_-]{1,25}",
    "till": r"[A-Za-z0-9_-]{1,25}",
    "key_id": r"[A-Za-z0-9_-]{1,12}",
    "guid": r"[A-Za-z0-9.-]{1,32}",
}


@dataclass(frozen=True)
class MerchantCode:
    """What a merchant-presented code says; with `amount_yen` it is dynamic, without it static.

    store_code, print_serial: A–Z, 0–9 and hyphen, at most 20 and 12. merchant_name_latin, city: printable
    ASCII, at most 25 and 15. merchant_name_ja: at most 25 characters, NFC. postal_code: 7 digits. mcc: 4
    digits (ISO 18245). reference, till: base64url characters, at most 25; an amount needs a reference.
    Refuses, in this order: CodeNotWritable for a text outside its form; AmountNotWholeYen; AmountOutOfRange;
    CodeNotWritable for an amount without a reference or the reverse.
    """

    store_code: str
    merchant_name_latin: str
    merchant_name_ja: str
    city: str
    postal_code: str
    mcc: str
    print_serial: str
    amount_yen: int | None = None
    reference: str | None = None
    till: str | None = None

    def __post_init__(self) -> None:
        for part in ("store_code", "merchant_name_latin", "city", "postal_code", "mcc", "print_serial"):
            _demand_form(part, getattr(self, part))
        for part in ("reference", "till"):
            if getattr(self, part) is not None:
                _demand_form(part, getattr(self, part))
        _demand_japanese_name(self.merchant_name_ja)
        if self.amount_yen is not None:
            whole_yen(self.amount_yen)
        if (self.amount_yen is None) != (self.reference is None):
            raise CodeNotWritable(part="reference", reason="an amount and its reference go together")

    @property
    def is_dynamic(self) -> bool:
        """Whether the code carries the amount to pay."""
        return self.amount_yen is not None


def write_merchant_code(code: MerchantCode, signing_key: Ed25519PrivateKey, key_id: str, guid: str = CITY_GUID) -> str:
    """Write and sign a code as the text of its QR picture, at most 512 characters.

    Refuses CodeNotWritable for a key id over 12 or an identifier over 32 letters, or outside their alphabets.
    """
    _demand_form("key_id", key_id)
    _demand_form("guid", guid)
    signed = _signed_objects(code, key_id, guid)
    signature = signing_key.sign(_SIGNED_AS + "".join(part.text for part in signed).encode())
    return write_payload([*signed, *_signature_objects(signature, guid)])


def read_merchant_code(text: str, public_keys: Mapping[str, Ed25519PublicKey], guid: str = CITY_GUID) -> MerchantCode:
    """Read a scanned text as one of the city's codes, verified with the key that it names.

    Refuses, in this order: CodeUnreadable and CodeChecksumWrong as `parse_payload` does; CodeOfAnotherScheme
    when no template 26–51 carries `guid`; CodeSignatureInvalid when the two signature templates do not stand
    last in their one accepted writing; CodeKeyUnknown; CodeSignatureInvalid; CodeUnreadable for a signed
    content that this version does not know. Signed objects that it does not need are ignored, so that another
    scheme's template may stand beside the city's on one poster.
    """
    objects = parse_payload(text)
    own = _own_template(objects, guid)
    signature = _signature_in(objects, guid)
    key_id = value_at(own.inner, "03") or ""
    if key_id not in public_keys:
        raise CodeKeyUnknown(key_id=key_id)
    signed = "".join(part.text for part in objects[:-3])
    try:
        public_keys[key_id].verify(signature, _SIGNED_AS + signed.encode())
    except InvalidSignature as error:
        raise CodeSignatureInvalid() from error
    return _code_in(objects, own)


def _signed_objects(code: MerchantCode, key_id: str, guid: str) -> list[DataObject]:
    own = {"00": guid, "01": code.store_code, "02": code.print_serial, "03": key_id}
    labels = {"05": code.reference, "07": code.till}
    given_labels = [primitive(id, label) for id, label in labels.items() if label is not None]
    return [
        primitive("00", "01"),
        primitive("01", "12" if code.is_dynamic else "11"),
        template("26", *(primitive(id, value) for id, value in own.items())),
        primitive("52", code.mcc),
        primitive("53", _YEN),
        *([primitive("54", str(code.amount_yen))] if code.is_dynamic else []),
        primitive("58", "JP"),
        primitive("59", code.merchant_name_latin),
        primitive("60", code.city),
        primitive("61", code.postal_code),
        *([template("62", *given_labels)] if given_labels else []),
        template("64", primitive("00", "JA"), primitive("01", code.merchant_name_ja)),
    ]


def _signature_objects(signature: bytes, guid: str) -> tuple[DataObject, DataObject]:
    written = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    first, second = written[:_HALF_LENGTH], written[_HALF_LENGTH:]
    return (
        template("80", primitive("00", guid), primitive("01", first)),
        template("81", primitive("00", guid), primitive("01", second)),
    )


def _own_template(objects: Sequence[DataObject], guid: str) -> DataObject:
    own = [part for part in objects if part.id in _CITY_TEMPLATE_IDS and value_at(part.inner, "00") == guid]
    if not own:
        raise CodeOfAnotherScheme()
    if len(own) > 1:
        raise CodeUnreadable(reason="two templates of the city")
    return own[0]


def _signature_in(objects: Sequence[DataObject], guid: str) -> bytes:
    """Accept the signature only as it would be written, because nothing else protects these characters."""
    written = (value_at(objects, "80", "01") or "") + (value_at(objects, "81", "01") or "")
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{{_SIGNATURE_LENGTH}}}", written):
        raise CodeSignatureInvalid()
    try:
        signature = base64.urlsafe_b64decode(written + "==")
    except binascii.Error as error:
        raise CodeSignatureInvalid() from error
    if tuple(objects[-3:-1]) != _signature_objects(signature, guid):
        raise CodeSignatureInvalid()
    return signature


def _code_in(objects: Sequence[DataObject], own: DataObject) -> MerchantCode:
    fixed = (value_at(objects, "53"), value_at(objects, "58"), value_at(objects, "64", "00"))
    if fixed != (_YEN, "JP", "JA"):
        raise CodeUnreadable(reason="not a code in yen, in Japan, in Japanese")
    amount = value_at(objects, "54")
    if value_at(objects, "01") != ("11" if amount is None else "12"):
        raise CodeUnreadable(reason="objects 01 and 54 contradict each other")
    try:
        return MerchantCode(
            store_code=value_at(own.inner, "01") or "",
            merchant_name_latin=value_at(objects, "59") or "",
            merchant_name_ja=value_at(objects, "64", "01") or "",
            city=value_at(objects, "60") or "",
            postal_code=value_at(objects, "61") or "",
            mcc=value_at(objects, "52") or "",
            print_serial=value_at(own.inner, "02") or "",
            amount_yen=None if amount is None else _yen_in(amount),
            reference=value_at(objects, "62", "05"),
            till=value_at(objects, "62", "07"),
        )
    except (CodeNotWritable, AmountOutOfRange) as no:
        raise CodeUnreadable(reason=str(no)) from no


def _yen_in(amount: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]*", amount):
        raise CodeUnreadable(reason="object 54 is not whole yen")
    return int(amount)


def _demand_form(part: str, value: str) -> None:
    if not re.fullmatch(_FORMS[part], value):
        raise CodeNotWritable(part=part, reason=f"not of the form {_FORMS[part]}")


def _demand_japanese_name(name: str) -> None:
    if not 1 <= len(name) <= 25:
        raise CodeNotWritable(part="merchant_name_ja", reason="not 1 to 25 characters")
    if name != name.strip() or not unicodedata.is_normalized("NFC", name):
        raise CodeNotWritable(part="merchant_name_ja", reason="not trimmed or not in composed form (NFC)")
    if not all(letter.isprintable() or letter == "\u3000" for letter in name):
        raise CodeNotWritable(part="merchant_name_ja", reason="a character that cannot be shown")
