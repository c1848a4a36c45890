import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from issuance.lottery.hashing import leaf, merkle_root
from issuance.lottery.receipts import (
    CROCKFORD_BASE32,
    SignedReceipt,
    new_receipt_number,
    parse_receipt,
    running_leaf,
    running_root,
    sign_receipt,
    verify_receipt,
)
from issuance.lottery.refusals import ReceiptLeafDiffers, ReceiptNotWellFormed, ReceiptSignatureInvalid
from kernel.clock import CITY_ZONE

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def signed() -> SignedReceipt:
    return sign_receipt(
        KEY,
        "2026-1",
        campaign="pv2026-1",
        receipt="B6S4H9P3ZDA2M7JF",
        version=2,
        units=5,
        received_at=datetime(2026, 1, 21, 12, 4, 5, 999_999, tzinfo=CITY_ZONE),
    )


def test_a_receipt_is_signed_as_published(vectors: dict[str, Any]) -> None:
    (case,) = vectors["receipts"]
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(case["private_key_seed"]))
    receipt = sign_receipt(
        key,
        "test",
        campaign=case["campaign"],
        receipt=case["receipt"],
        version=case["version"],
        units=case["units"],
        received_at=datetime(2026, 1, 21, 3, 4, 5, tzinfo=UTC),
    )
    assert receipt.members() == {
        "campaign": case["campaign"],
        "receipt": case["receipt"],
        "version": case["version"],
        "units": case["units"],
        "received_at": case["received_at"],
        "leaf": case["running_leaf"],
        "kid": "test",
        "sig": case["signature"],
    }
    assert receipt.digest().hex() == case["digest"]
    verify_receipt(receipt, Ed25519PublicKey.from_public_bytes(bytes.fromhex(case["public_key"])))


def test_the_time_on_a_receipt_is_utc_in_whole_seconds() -> None:
    assert signed().received_at == "2026-01-21T03:04:05Z"


def test_a_time_without_a_zone_is_never_signed() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        sign_receipt(
            KEY,
            "k",
            campaign="c",
            receipt="R",
            version=1,
            units=1,
            received_at=datetime(2026, 1, 21),  # noqa: DTZ001
        )


@pytest.mark.parametrize(
    "change",
    [
        {"campaign": "pv2026-2"},
        {"receipt": "B6S4H9P3ZDA2M7JG"},
        {"version": 1},
        {"units": 4},
        {"received_at": "2026-01-21T03:04:06Z"},
        {"sig": "00" * 64},
        {"sig": "no hex"},
    ],
)
def test_a_changed_receipt_is_not_the_citys(change: dict[str, Any]) -> None:
    with pytest.raises(ReceiptSignatureInvalid):
        verify_receipt(replace(signed(), **change), KEY.public_key())


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(ReceiptSignatureInvalid):
        verify_receipt(signed(), Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())


def test_a_leaf_of_something_else_is_refused() -> None:
    with pytest.raises(ReceiptLeafDiffers):
        verify_receipt(replace(signed(), leaf="00" * 32), KEY.public_key())


def test_a_receipt_survives_json() -> None:
    assert parse_receipt(json.loads(json.dumps(signed().members()))) == signed()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("units", True),
        ("units", 0),
        ("units", "5"),
        ("version", 1.0),
        ("received_at", "2026-01-21 03:04:05"),
        ("leaf", "AB" * 32),
        ("sig", "00" * 63),
        ("receipt", "全角"),
        ("surplus", 1),
    ],
)
def test_a_member_that_breaks_its_rule_is_named(member: str, value: object) -> None:
    with pytest.raises(ReceiptNotWellFormed) as refused:
        parse_receipt({**signed().members(), member: value})
    assert refused.value.member == member


def test_a_missing_member_is_named() -> None:
    members = signed().members()
    del members["kid"]
    with pytest.raises(ReceiptNotWellFormed) as refused:
        parse_receipt(members)
    assert refused.value.member == "kid"


def test_receipt_numbers_begin_with_a_letter_and_use_every_crockford_character() -> None:
    numbers = [new_receipt_number() for _ in range(2000)]
    assert {len(number) for number in numbers} == {16}
    assert len(set(numbers)) == 2000
    assert {number[0] for number in numbers} == set("ABCDEFGHJKMNPQRSTVWXYZ")
    assert Counter("".join(number[1:] for number in numbers)).keys() == set(CROCKFORD_BASE32)


def test_the_running_root_is_the_root_of_ungrouped_rows_in_any_order() -> None:
    applications = [("B", 2), ("A", 5), ("C", 1)]
    assert running_leaf("B", 2) == leaf("B", 2, "B")
    assert running_root(applications) == running_root(sorted(applications))
    assert running_root(applications) == merkle_root([leaf("A", 5, "A"), leaf("B", 2, "B"), leaf("C", 1, "C")])
