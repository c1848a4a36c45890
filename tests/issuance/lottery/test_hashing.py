from typing import Any

import pytest

from issuance.lottery.hashing import (
    DOMAIN,
    commitment,
    group_id,
    hash_parts,
    leaf,
    merkle_levels,
    merkle_root,
    receipt_digest,
    seed,
    tickets,
)


def test_the_domain_is_nineteen_ascii_bytes(vectors: dict[str, Any]) -> None:
    assert vectors["domain"].encode() == DOMAIN
    assert DOMAIN.hex() == "6b617368696d616e2d6c6f74746572792d7631"


def test_parts_hash_as_published(vectors: dict[str, Any]) -> None:
    computed = [hash_parts(*map(bytes.fromhex, case["parts_hex"])).hex() for case in vectors["hash"]]
    assert computed == [case["digest"] for case in vectors["hash"]]
    assert len(computed) == 6


def test_moving_a_byte_between_parts_changes_the_hash() -> None:
    assert hash_parts(b"ab", b"c") != hash_parts(b"a", b"bc")


def test_leaves_levels_and_roots_are_as_published(vectors: dict[str, Any]) -> None:
    assert [len(case["applications"]) for case in vectors["roots"]] == [0, 1, 2, 3, 4, 5]
    for case in vectors["roots"]:
        leaves = [leaf(row["receipt"], row["units"], row["group"]) for row in case["applications"]]
        assert [value.hex() for value in leaves] == case["leaves"]
        assert [value.hex() for value in sorted(leaves)] == case["leaves_sorted"]
        above = [[node.hex() for node in level] for level in merkle_levels(leaves)[1:]]
        assert above == case["levels_above_leaves"]
        assert merkle_root(leaves).hex() == case["root"]
        assert merkle_root(reversed(leaves)).hex() == case["root"]


def test_groups_are_as_published(vectors: dict[str, Any]) -> None:
    (case,) = vectors["groups"]
    assert group_id(bytes.fromhex(case["campaign_key"]), case["household"]) == case["group"]


def test_commitments_are_as_published(vectors: dict[str, Any]) -> None:
    computed = [commitment(bytes.fromhex(case["secret"])).hex() for case in vectors["commitments"]]
    assert computed == [case["commitment"] for case in vectors["commitments"]]
    assert len(computed) == 3


def test_receipt_digests_are_as_published(vectors: dict[str, Any]) -> None:
    (case,) = vectors["receipts"]
    promised = {name: case[name] for name in ("campaign", "receipt", "version", "units", "received_at")}
    assert receipt_digest(**promised).hex() == case["digest"]


def test_seeds_and_tickets_are_as_published(vectors: dict[str, Any]) -> None:
    assert len(vectors["draws"]) == 6
    for draw in vectors["draws"]:
        value = seed(
            campaign=draw["campaign"],
            root=bytes.fromhex(draw["root"]),
            beacon_id=draw["beacon_id"],
            round_number=draw["round"],
            beacon=bytes.fromhex(draw["beacon"]),
            secrets=[bytes.fromhex(secret) for secret in draw["reveals"]],
        )
        assert value.hex() == draw["seed"]
        drawn = tickets(value, [row["group"] for row in draw["applications"]])
        receipts = [row["receipt"] for row in draw["applications"]]
        assert {receipt: ticket.hex() for receipt, ticket in zip(receipts, drawn, strict=True)} == draw["tickets"]


def test_a_missing_secret_keeps_its_place_in_the_seed() -> None:
    facts: dict[str, Any] = {
        "campaign": "c",
        "root": b"r",
        "beacon_id": "b",
        "round_number": 1,
        "beacon": b"v",
    }
    assert seed(**facts, secrets=[b"s", b""]) != seed(**facts, secrets=[b"", b"s"])
    assert seed(**facts, secrets=[b"s", b""]) != seed(**facts, secrets=[b"s"])


def test_a_negative_number_is_never_hashed() -> None:
    with pytest.raises(ValueError, match="no negative numbers"):
        leaf("A", -1, "A")
