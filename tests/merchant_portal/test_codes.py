"""A code with an amount on the till's own screen: for the user's own stores, and over when it was paid."""

from datetime import timedelta

from payments.codes.merchant_code import read_merchant_code
from payments.model import Channel, PaymentReceipt, PaymentRequest
from payments.operations.take_payments import take_payments
from tests.merchant_portal.world import BAKER, CASHIER, GUID, KEY_ID, OWNER, SHOP_KEY, WALLET, World
from tests.merchants.shops import NORTH, SOUTH


def test_a_till_shows_a_signed_code_and_learns_that_it_was_paid(world: World) -> None:
    shown = world.post("/codes", {"amount_yen": 540}, CASHIER)
    answer = shown.json()
    said = read_merchant_code(answer["text"], {KEY_ID: SHOP_KEY.public_key()}, GUID)
    assert shown.status_code == 201
    assert (said.amount_yen, said.reference) == (540, answer["reference"])
    assert (answer["state"], answer["store_id"], answer["payment_id"]) == ("waiting", str(NORTH.store_id), None)

    facts = ("k", WALLET, 540, said.store_code, said.print_serial, Channel.MPM_DYNAMIC, world.clock.now())
    request = PaymentRequest(*facts, reference=said.reference)
    (paid,) = world.pay.run(lambda session: take_payments(session, [request]))
    assert isinstance(paid, PaymentReceipt), paid
    after = world.get(f"/codes/{answer['reference']}", CASHIER).json()
    assert (after["state"], after["payment_id"]) == ("paid", str(paid.payment_id))
    page = world.browser(CASHIER).get(f"/shop/codes/{answer['reference']}")
    assert page.headers["location"] == f"/shop/payments/{paid.payment_id}"


def test_a_code_that_nobody_paid_expires(world: World) -> None:
    reference = world.post("/codes", {"amount_yen": 540}, CASHIER).json()["reference"]
    world.clock.advance(timedelta(minutes=5))
    assert world.get(f"/codes/{reference}", CASHIER).json()["state"] == "expired"
    page = world.browser(CASHIER).get(f"/shop/codes/{reference}").text
    assert "お金は動いていません" in page
    assert "<path" not in page


def test_who_acts_at_several_stores_names_one_of_their_own(world: World) -> None:
    assert world.post("/codes", {"amount_yen": 540}).json()["code"] == "store_not_chosen"
    south = {"amount_yen": 540, "store_id": str(SOUTH.store_id)}
    assert world.post("/codes", south).status_code == 201
    assert world.post("/codes", south, CASHIER).json()["code"] == "store_unknown"
    assert world.post("/codes", south, BAKER).json()["code"] == "store_unknown"


def test_asvs_8_2_2_a_code_of_another_store_looks_like_none(world: World) -> None:
    south = {"amount_yen": 540, "store_id": str(SOUTH.store_id)}
    reference = world.post("/codes", south).json()["reference"]
    assert world.get(f"/codes/{reference}", OWNER).status_code == 200
    for person in (CASHIER, BAKER):
        answers = [world.get(f"/codes/{each}", person) for each in (reference, "A" * 22, "x")]
        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "dynamic_code_unknown")}


def test_what_was_typed_wrong_is_said_at_its_field(world: World) -> None:
    page = world.browser(OWNER).post("/shop/codes", data={"amount": "0.5"})
    assert page.status_code == 422
    assert all(part in page.text for part in ("amount_not_whole_yen", "store_not_chosen"))
    assert world.rows("SELECT count(*) FROM payments.dynamic_codes") == [(0,)]


def test_practice_writes_nothing_at_all(world: World) -> None:
    before = world.money_rows()
    browser = world.browser(CASHIER)
    received = browser.post("/shop/practice", data={"amount": "1,280"})
    assert "れんしゅう" in received.text
    assert "1,280円" in received.text
    assert browser.post("/shop/practice", data={"amount": ""}).status_code == 422
    assert "れんしゅう" in browser.get("/shop/practice/taken-back").text
    assert world.money_rows() == before
