"""Signed tokens and proofs for any content: what is written is read, and nothing else; keys are never missed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from identity.model import Acr, HolderKind, ShopRole, StaffRole
from identity.provider.jose.access_token import AccessTokenClaims, AccessTokenVerifier, demand_level, write_access_token
from identity.provider.jose.base64url import digest_of, from_base64url, is_digest, to_base64url
from identity.provider.jose.client_assertion import AssertionId, verify_client_assertion, write_client_assertion
from identity.provider.jose.dpop import DpopProof, verify_dpop_proof, write_dpop_proof
from identity.provider.jose.id_token import IdTokenClaims, read_id_token, write_id_token
from identity.provider.jose.keys import SigningKey, public_jwk
from identity.provider.jose.logout_token import LogoutTokenClaims, read_logout_token, write_logout_token
from identity.provider.jose.pairwise import pairwise_subject
from identity.provider.jose.pkce import challenge_of, demand_verifier, is_challenge
from identity.provider.jose.refusals import (
    CodeVerifierWrong,
    DpopProofInvalid,
    KeyNotPublishedLongEnough,
    SigningKeySealBroken,
    StepUpNeeded,
)
from identity.provider.jose.rotation import JWKS_MAX_AGE_S, TOKEN_LIFETIME_MAX_S, KeyState, PublishedKey, rotate
from identity.provider.jose.sealing import open_private_key, seal_private_key
from identity.rules.levels import is_enough
from kernel.refusals import Refusal
from tests.identity.provider.jose.samples import (
    EC,
    RSA,
    SAMPLES,
    Sample,
    claims_of,
    find_key,
    header_of,
    sealed,
    signer_of,
)

words = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60)
scope_words = st.text("abcdefghijklmnopqrstuvwxyz._:/-!#", min_size=1, max_size=20)
moments = st.integers(0, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))
thumbprints = words.map(digest_of)
keys = st.sampled_from([EC, RSA])
lives = st.integers(1, 600).map(lambda seconds: timedelta(seconds=seconds))
verifiers = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", min_size=43, max_size=128)
kinds_of_token = pytest.mark.parametrize("sample", SAMPLES, ids=repr)

START = datetime(2026, 9, 1, tzinfo=UTC)
ANYONE = AccessTokenClaims(
    issuer="https://id.example.jp",
    subject="subject",
    audience="wallet-api",
    client_id="wallet",
    scopes=frozenset(),
    issued_at=START,
    expires_at=START + timedelta(minutes=5),
    jti="1",
    auth_time=START,
    acr=Acr.LINE,
    kind=HolderKind.RESIDENT,
)

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def access_claims(draw: st.DrawFn) -> AccessTokenClaims:
    issued_at = draw(moments)
    return AccessTokenClaims(
        issuer=draw(words),
        subject=draw(words),
        audience=draw(words),
        client_id=draw(words),
        scopes=frozenset(draw(st.sets(scope_words, max_size=8))),
        issued_at=issued_at,
        expires_at=issued_at + draw(lives),
        jti=draw(words),
        auth_time=draw(moments),
        acr=draw(st.sampled_from(Acr)),
        kind=draw(st.sampled_from(HolderKind)),
        dpop_thumbprint=draw(st.none() | thumbprints),
        wallet_id=draw(st.none() | st.uuids()),
        merchant_id=draw(st.none() | st.uuids()),
        store_id=draw(st.none() | st.uuids()),
        user_id=draw(st.none() | st.uuids()),
        role=draw(st.none() | st.sampled_from(ShopRole)),
        roles=frozenset(draw(st.sets(st.sampled_from(StaffRole)))),
    )


@given(access_claims())
@settings(deadline=None, max_examples=100)
def test_every_access_token_is_read_as_it_was_written(claims: AccessTokenClaims) -> None:
    verifier = AccessTokenVerifier(find_key, claims.issuer)
    token = write_access_token(claims, EC)
    for _ in range(2):
        assert verifier.verify(token, claims.audience, claims.issued_at) == claims


@given(
    st.builds(
        IdTokenClaims,
        issuer=words,
        subject=words,
        audience=words,
        issued_at=moments,
        expires_at=moments,
        auth_time=moments,
        acr=st.sampled_from(Acr),
        amr=st.lists(words, max_size=3).map(tuple),
        sid=words,
        nonce=st.none() | words,
    ),
    keys,
    words,
)
@settings(deadline=None, max_examples=60)
def test_every_id_token_is_read_as_it_was_written(claims: IdTokenClaims, key: SigningKey, access_token: str) -> None:
    claims = replace(claims, azp=claims.audience)
    assume(claims.issued_at < claims.expires_at)
    read = read_id_token(
        write_id_token(claims, key, access_token=access_token),
        find_key=find_key,
        issuer=claims.issuer,
        client_id=claims.audience,
        alg=key.alg,
        nonce=claims.nonce,
        access_token=access_token,
        now=claims.issued_at,
    )
    assert read == claims


@given(words, words, moments, st.integers(1, 120), words, st.none() | words, words, keys)
@settings(deadline=None, max_examples=60)
def test_every_logout_token_is_read_as_it_was_written(
    issuer: str, audience: str, at: datetime, life_s: int, jti: str, subject: str | None, sid: str, key: SigningKey
) -> None:
    claims = LogoutTokenClaims(
        issuer=issuer,
        audience=audience,
        issued_at=at,
        expires_at=at + timedelta(seconds=life_s),
        jti=jti,
        subject=subject,
        sid=sid,
    )
    token = write_logout_token(claims, key)
    read = read_logout_token(token, find_key=find_key, issuer=issuer, client_id=audience, alg=key.alg, now=at)
    assert read == claims


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    st.from_regex(r"https?://[a-z]{1,10}(:[1-9][0-9]{0,3})?(/[A-Za-z0-9._~!$&'()*+,;=:@-]{0,10}){0,3}", fullmatch=True),
    st.from_regex(r"(\?[a-z=&]{0,10})?(#[a-z]{0,5})?", fullmatch=True),
    moments,
    st.integers(-60, 60),
    words,
    st.none() | words,
    st.none() | words,
)
@settings(deadline=None, max_examples=60)
def test_every_proof_is_good_for_its_request(
    method: str, url: str, rest: str, at: datetime, late_s: int, jti: str, access_token: str | None, nonce: str | None
) -> None:
    proof = write_dpop_proof(EC, method=method, url=url + rest, now=at, jti=jti, access_token=access_token, nonce=nonce)
    read = verify_dpop_proof(
        proof,
        method=method,
        url=url + rest,
        now=at + timedelta(seconds=late_s),
        access_token=access_token,
        nonce=nonce,
        expected_thumbprint=EC.kid,
    )
    assert read == DpopProof(EC.kid, jti, at)
    with pytest.raises(DpopProofInvalid):
        verify_dpop_proof(proof, method=method, url=f"{url}/other", now=at)


@given(keys, words, words, moments, words, st.integers(1, 300))
@settings(deadline=None, max_examples=60)
def test_every_assertion_proves_its_application(
    key: SigningKey, client_id: str, audience: str, at: datetime, jti: str, life_s: int
) -> None:
    assertion = write_client_assertion(key, client_id=client_id, audience=audience, now=at, jti=jti, lifetime_s=life_s)
    read = verify_client_assertion(
        assertion, client_id=client_id, client_jwks={"keys": [public_jwk(key)]}, audiences=[audience], now=at
    )
    assert read == AssertionId(jti, at + timedelta(seconds=life_s))


@kinds_of_token
@given(place=st.integers(min_value=0), letter=st.characters(), is_inserted=st.booleans())
@settings(deadline=None, max_examples=150)
def test_asvs_9_1_1_a_token_with_any_character_changed_or_added_is_refused(
    sample: Sample, place: int, letter: str, is_inserted: bool
) -> None:
    place %= len(sample.token)
    changed = sample.token[:place] + letter + sample.token[place + (not is_inserted) :]
    assume(changed != sample.token)
    with pytest.raises(sample.refusal):
        sample.read(changed)


@kinds_of_token
@given(data=st.data(), read_member=st.sampled_from([claims_of, header_of]))
@settings(deadline=None, max_examples=150)
def test_any_json_under_a_genuine_signature_is_read_or_refused(
    sample: Sample, data: st.DataObject, read_member: Callable[[str], dict[str, Any]]
) -> None:
    members = read_member(sample.token)
    name = data.draw(st.sampled_from(sorted(members)) | st.text(max_size=10))
    changed = json.dumps({**members, name: data.draw(json_values)}).encode()
    header, claims = json.dumps(header_of(sample.token)).encode(), json.dumps(claims_of(sample.token)).encode()
    token = (
        sealed(header, changed, signer_of(sample.token))
        if read_member is claims_of
        else sealed(changed, claims, signer_of(sample.token))
    )
    try:
        sample.read(token)
    except Refusal as refusal:
        json.dumps(refusal.facts)


@kinds_of_token
@given(text=st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", fullmatch=True))
@settings(deadline=None, max_examples=100)
def test_any_text_is_refused(sample: Sample, text: str) -> None:
    with pytest.raises(Refusal):
        sample.read(text)


@kinds_of_token
@given(header=st.binary(max_size=60), claims=st.binary(max_size=60), is_header=st.booleans())
@settings(deadline=None, max_examples=60)
def test_any_bytes_under_a_genuine_signature_are_refused(
    sample: Sample, header: bytes, claims: bytes, is_header: bool
) -> None:
    if not is_header:
        header = json.dumps(header_of(sample.token)).encode()
    with pytest.raises(sample.refusal):
        sample.read(sealed(header, claims, signer_of(sample.token)))


@given(verifiers, verifiers)
@settings(deadline=None, max_examples=100)
def test_asvs_10_4_6_a_challenge_is_met_by_its_own_verifier_alone(own: str, other: str) -> None:
    challenge = challenge_of(own)
    assert is_challenge(challenge)
    demand_verifier(own, challenge)
    assume(own != other)
    with pytest.raises(CodeVerifierWrong):
        demand_verifier(other, challenge)


@given(st.binary(max_size=80))
@settings(deadline=None, max_examples=100)
def test_bytes_have_one_writing(content: bytes) -> None:
    text = to_base64url(content)
    assert from_base64url(text) == content
    assert is_digest(text) == (len(content) == 32)
    for other in (text + "=", text + "A"):
        try:
            assert from_base64url(other) != content
        except ValueError:
            continue


@given(st.binary(min_size=32, max_size=32), st.tuples(words, st.uuids()), st.tuples(words, st.uuids()))
@settings(deadline=None, max_examples=100)
def test_two_purposes_never_share_a_subject(key: bytes, one: tuple[str, UUID], other: tuple[str, UUID]) -> None:
    assert is_digest(pairwise_subject(key, *one))
    assert (pairwise_subject(key, *one) == pairwise_subject(key, *other)) == (one == other)


@given(st.text(max_size=100), st.binary(min_size=32, max_size=32), words, st.integers(0, 10_000))
@settings(deadline=None, max_examples=60)
def test_a_sealed_key_opens_unless_any_bit_differs(pem: str, secret: bytes, kid: str, bit: int) -> None:
    assume(pem.isascii())
    sealed_pem = seal_private_key(pem, secret, kid)
    assert open_private_key(sealed_pem, secret, kid) == pem
    place = bit % (8 * len(sealed_pem))
    altered = bytearray(sealed_pem)
    altered[place // 8] ^= 1 << place % 8
    with pytest.raises(SigningKeySealBroken):
        open_private_key(bytes(altered), secret, kid)


@given(st.sampled_from(Acr), st.sampled_from(Acr), st.none() | st.integers(0, 1_000), st.integers(0, 1_000))
@settings(deadline=None, max_examples=100)
def test_asvs_10_3_4_a_step_up_is_asked_exactly_when_level_or_age_is_not_enough(
    have: Acr, wanted: Acr, max_age_s: int | None, age_s: int
) -> None:
    claims = replace(ANYONE, acr=have)
    now = claims.auth_time + timedelta(seconds=age_s)
    if is_enough(have, wanted) and (max_age_s is None or age_s <= max_age_s):
        demand_level(claims, wanted, max_age_s, now)
    else:
        with pytest.raises(StepUpNeeded):
            demand_level(claims, wanted, max_age_s, now)


@given(st.lists(st.integers(1, 4_000), min_size=1, max_size=12))
@settings(deadline=None, max_examples=100)
def test_however_keys_rotate_nobody_with_a_cached_key_set_meets_a_key_they_cannot_find(waits_s: list[int]) -> None:
    now = START - timedelta(seconds=2 * JWKS_MAX_AGE_S)
    published = [
        PublishedKey(kid="0", alg="ES256", state=KeyState.ACTIVE, published_at=now),
        PublishedKey(kid="1", alg="ES256", state=KeyState.NEXT, published_at=now),
    ]
    replaced: list[tuple[set[str], datetime]] = []
    signed: list[tuple[str, datetime]] = []
    for number, wait_s in enumerate(waits_s, start=2):
        [active] = [key.kid for key in published if key.state is KeyState.ACTIVE]
        now += timedelta(seconds=wait_s)
        signed.append((active, now))
        try:
            rotation = rotate(published, now)
        except KeyNotPublishedLongEnough:
            pass
        else:
            replaced.append(({key.kid for key in published}, now))
            new = PublishedKey(kid=str(number), alg="ES256", state=KeyState.NEXT, published_at=now)
            published = [*rotation.keys, new]
        [active] = [key.kid for key in published if key.state is KeyState.ACTIVE]
        held = [kids for kids, at in replaced if now <= at + timedelta(seconds=JWKS_MAX_AGE_S)]
        held.append({key.kid for key in published})
        living = {kid for kid, at in signed if now < at + timedelta(seconds=TOKEN_LIFETIME_MAX_S)}
        for kids in held:
            assert {active} <= kids
        assert living <= {key.kid for key in published}
