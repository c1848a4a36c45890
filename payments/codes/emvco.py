"""EMVCo merchant-presented QR payloads: data objects of ID, length and value, closed by a CRC.

Source: EMVCo QR Code Specification for Payment Systems, Merchant-Presented Mode, version 1.1.
"""

import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from payments.codes.refusals import CodeChecksumWrong, CodeNotWritable, CodeUnreadable

PAYLOAD_LENGTH_MAX = 512

_TEMPLATE_IDS = frozenset(f"{number:02}" for number in (*range(26, 52), 62, 64, *range(80, 100)))
_ACCOUNT_IDS = frozenset(f"{number:02}" for number in range(2, 52))
_MANDATORY_IDS = ("52", "53", "58", "59", "60")
_CHECKSUM_AT_END = re.compile(r"6304[0-9A-F]{4}", re.ASCII)
_FORMS = {
    "00": r"01",
    "01": r"1[12]",
    "52": r"[0-9]{4}",
    "53": r"[0-9]{3}",
    "54": r"(?=.*[1-9])(?=.{1,13}\Z)[0-9]+(\.[0-9]*)?",
    "55": r"0[123]",
    "56": r"(?=.{1,13}\Z)[0-9]+(\.[0-9]*)?",
    "57": r"(?=.{1,5}\Z)[0-9]+(\.[0-9]*)?",
    "58": r"[A-Z]{2}",
    "59": r"[ -~]{1,25}",
    "60": r"[ -~]{1,15}",
    "61": r"[ -~]{1,10}",
    "63": r"[0-9A-F]{4}",
}
_LANGUAGE_FORMS = {"00": r"[A-Za-z]{2}", "01": r".{1,25}", "02": r".{1,15}"}
_ADDITIONAL_FORMS = {f"{number:02}": r".{1,25}" for number in range(1, 9)} | {"09": r"[AME]{1,3}"}
_GLOBALLY_UNIQUE_FORMS = {"00": r"[ -~]{1,32}"}


@dataclass(frozen=True)
class DataObject:
    """One data object: a two-digit ID and a value; `inner` holds the objects of a template, else nothing."""

    id: str
    value: str
    inner: tuple["DataObject", ...] = ()

    @property
    def text(self) -> str:
        """The object as it is written: ID, length in characters, value."""
        return f"{self.id}{len(self.value):02}{self.value}"


def primitive(id: str, value: str) -> DataObject:
    """Make an object that holds plain text. Refuses CodeNotWritable when 1 to 99 characters are exceeded."""
    if not 1 <= len(value) <= 99:
        raise CodeNotWritable(part=id, reason=f"{len(value)} characters do not fit in 1 to 99")
    return DataObject(id, value)


def template(id: str, *inner: DataObject) -> DataObject:
    """Make an object that holds objects. Refuses CodeNotWritable when 1 to 99 characters are exceeded."""
    return DataObject(id, primitive(id, "".join(part.text for part in inner)).value, inner)


def write_payload(objects: Iterable[DataObject]) -> str:
    """Write the payload of these objects, in their order, and append its checksum (ID 63).

    Refuses CodeNotWritable for whatever `parse_payload` would not read back.
    """
    unsealed = "".join(part.text for part in objects) + "6304"
    try:
        payload = unsealed + checksum_of(unsealed)
        parse_payload(payload)
    except CodeUnreadable as no:
        raise CodeNotWritable(part="payload", reason=no.reason) from no
    return payload


def parse_payload(text: str) -> tuple[DataObject, ...]:
    """Read a payload into its data objects in their order, the checksum object last.

    Refuses, in this order: CodeUnreadable for a text over 512 characters, one that does not end in a checksum
    object, or one that is no Unicode text; CodeChecksumWrong; CodeUnreadable for a broken structure or an ID
    used twice, a first object other than 00, a missing mandatory object, a value outside its format.
    Objects reserved for future use are kept and not judged.
    """
    if len(text) > PAYLOAD_LENGTH_MAX:
        raise CodeUnreadable(reason=f"longer than {PAYLOAD_LENGTH_MAX} characters")
    if not _CHECKSUM_AT_END.fullmatch(text[-8:]):
        raise CodeUnreadable(reason="no checksum at the end")
    if checksum_of(text[:-4]) != text[-4:]:
        raise CodeChecksumWrong()
    objects = tuple(_with_inner(part) for part in _objects_in(text))
    _demand_frame(objects)
    _demand_forms(objects, _FORMS)
    return objects


def checksum_of(unsealed: str) -> str:
    """Compute the CRC-16/CCITT-FALSE of a payload up to and including `6304`, as four upper-case hex digits.

    It runs over the UTF-8 bytes. Refuses CodeUnreadable for a lone surrogate, which has none.
    """
    try:
        data = unsealed.encode()
    except UnicodeEncodeError as error:
        raise CodeUnreadable(reason="not a Unicode text") from error
    return f"{binascii.crc_hqx(data, 0xFFFF):04X}"


def object_at(objects: Sequence[DataObject], *path: str) -> DataObject | None:
    """Find the object at this path of IDs, for instance ("62", "05"), or nothing."""
    found = next((part for part in objects if part.id == path[0]), None)
    return found if found is None or len(path) == 1 else object_at(found.inner, *path[1:])


def value_at(objects: Sequence[DataObject], *path: str) -> str | None:
    """Find the value at this path of IDs, for instance ("62", "05"), or nothing."""
    found = object_at(objects, *path)
    return found.value if found else None


def _with_inner(part: DataObject) -> DataObject:
    if part.id not in _TEMPLATE_IDS:
        return part
    return DataObject(part.id, part.value, tuple(_objects_in(part.value, within=f"{part.id}-")))


def _objects_in(text: str, within: str = "") -> list[DataObject]:
    objects: dict[str, DataObject] = {}
    at = 0
    while at < len(text):
        part = _object_from(text, at, within)
        if part.id in objects:
            raise CodeUnreadable(reason=f"object {within}{part.id} appears twice")
        objects[part.id] = part
        at += len(part.text)
    return list(objects.values())


def _object_from(text: str, at: int, within: str) -> DataObject:
    head = text[at : at + 4]
    if not re.fullmatch(r"[0-9]{4}", head):
        raise CodeUnreadable(reason=f"no object starts at character {at + 1} of {within or 'the payload'}")
    length = int(head[2:])
    value = text[at + 4 : at + 4 + length]
    if length == 0 or len(value) < length:
        raise CodeUnreadable(reason=f"object {within}{head[:2]} is empty or cut short")
    return DataObject(head[:2], value)


def _demand_frame(objects: tuple[DataObject, ...]) -> None:
    ids = [part.id for part in objects]
    if ids[0] != "00" or ids[-1] != "63":
        raise CodeUnreadable(reason="object 00 is not first or object 63 not last")
    missing = [id for id in _MANDATORY_IDS if id not in ids]
    if missing:
        raise CodeUnreadable(reason=f"object {missing[0]} is missing")
    if _ACCOUNT_IDS.isdisjoint(ids):
        raise CodeUnreadable(reason="no merchant account among objects 02 to 51")


def _demand_forms(objects: tuple[DataObject, ...], forms: dict[str, str], within: str = "") -> None:
    for part in objects:
        form = forms.get(part.id)
        if form and not re.fullmatch(form, part.value, re.DOTALL):
            raise CodeUnreadable(reason=f"object {within}{part.id} has a value outside its format")
        if part.inner:
            _demand_template(part)


def _demand_template(part: DataObject) -> None:
    forms, needed = {
        "62": (_ADDITIONAL_FORMS, ()),
        "64": (_LANGUAGE_FORMS, ("00", "01")),
    }.get(part.id, (_GLOBALLY_UNIQUE_FORMS, ("00",)))
    for id in needed:
        if object_at(part.inner, id) is None:
            raise CodeUnreadable(reason=f"object {part.id}-{id} is missing")
    _demand_forms(part.inner, forms, within=f"{part.id}-")
