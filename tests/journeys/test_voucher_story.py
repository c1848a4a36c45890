"""One voucher from the idea to the bank: server, worker and payment provider's double are processes of their own.

Everything that has an address is done over HTTP. What has none yet is done through its operation, as the clerk who
does it: entering people, shops and clerks, planning, approving and opening the campaign and its round, the ceremony
of the draw, and starting to sell.
"""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from identity.model import StaffRole
from settlement.zengin.read_transfer_file import read_transfer_file
from tests.journeys.summer import APPLYING, BUYING, CLOSING, CUTOFF, PLANNED, clerk, drawn, planned
from tests.journeys.town import Caller, Town, eventually
from tests.journeys.town import town as town
from tests.merchants.shops import MARKET, NORTH


def test_a_voucher_is_applied_for_drawn_bought_spent_and_paid_out(town: Town, tmp_path: Path) -> None:
    clerks = town.enter_clerks()
    taro, hanako = town.enter_residents(PLANNED)
    owner, cashier = town.open_market(clerks[StaffRole.COMMERCE].id, PLANNED)
    campaign_id, round_id = town.staff.run(lambda session: planned(session, clerks))

    with town.open_at(APPLYING):
        receipts = []
        for resident in (taro, hanako):
            with town.signed_in("wallet", town.code_for(resident, APPLYING)) as wallet:
                receipts.append(applies(wallet, round_id))

    town.staff.run(lambda session: drawn(session, campaign_id, round_id, clerks))

    with town.open_at(BUYING):
        with town.signed_in("staff", town.code_for(clerk(clerks[StaffRole.COMMERCE]), BUYING)) as commerce:
            verifies_the_draw(commerce, round_id, receipts[0], tmp_path / "draw")
        with (
            town.signed_in("wallet", town.code_for(taro, BUYING)) as wallet,
            town.signed_in("shop", town.code_for(owner, BUYING)) as shop_owner,
            town.signed_in("shop", town.code_for(cashier, BUYING)) as till,
        ):
            buys_by_card(town, wallet, receipts[0])
            spends(wallet, shop_owner, till)

    with (
        town.open_at(CLOSING),
        town.signed_in("staff", town.code_for(clerk(clerks[StaffRole.FINANCE]), CLOSING)) as finance,
        town.signed_in("staff", town.code_for(clerk(clerks[StaffRole.AUDIT]), CLOSING)) as auditor,
        town.signed_in("shop", town.code_for(owner, CLOSING)) as shop_owner,
    ):
        closes(finance)
        reads_the_statement(shop_owner)
        agrees(auditor)


def applies(wallet: Caller, round_id: UUID) -> str:
    """Ask for three units, twice; the second time gives the same receipt."""
    (offered,) = wallet.get("/rounds")
    assert (offered["round_id"], offered["price_yen"], offered["face_yen"]) == (str(round_id), 4_000, 5_000)
    assert (offered["applied_units"], offered["receipt"]) == (None, None)
    first = wallet.post(f"/rounds/{round_id}/application", "apply-1", units=3)
    assert wallet.post(f"/rounds/{round_id}/application", "apply-2", units=3) == first
    (applied,) = wallet.get("/rounds")
    assert (applied["applied_units"], applied["receipt"]) == (3, first["receipt"])
    return str(first["receipt"])


def verifies_the_draw(commerce: Caller, round_id: UUID, receipt: str, directory: Path) -> None:
    """Download what was published and let the verifier recompute it."""
    directory.mkdir()
    for file in commerce.get(f"/rounds/{round_id}/draw")["files"]:
        (directory / file["name"]).write_bytes(commerce.content(f"/rounds/{round_id}/draw/{file['name']}"))
    command = [sys.executable, "-m", "kashiman", "verify-draw", str(directory), receipt]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].startswith("RESULT verified")
    assert receipt in done.stdout


def buys_by_card(town: Town, wallet: Caller, receipt: str) -> None:
    """Two units for 8,000 yen; the notices of the payment come twice, the last one first."""
    (grant,) = wallet.get("/grants")
    assert (grant["receipt"], grant["units"], grant["units_left"]) == (receipt, 2, 2)
    control = town.double.control
    control.hold()
    purchase = wallet.post("/purchases", "buy-1", grant_id=grant["grant_id"], units=2, method="card")
    assert (purchase["state"], purchase["amount_yen"]) == ("awaiting_payment", 8_000)
    assert wallet.get("/wallet")["total_yen"] == 0
    assert control.pay_card(purchase["client_secret"].split("_secret_")[0]) == "succeeded"
    events = [event.event_id for event in control.events()]
    for event_id in events:
        control.deliver_again(event_id)
    assert sorted(control.waiting()) == sorted(events * 2)
    control.release(events[::-1])

    eventually(lambda: wallet.get("/wallet")["total_yen"], 10_000)
    eventually(control.waiting, [])
    eventually(lambda: notices(town), len(events))
    (bought,) = wallet.get("/purchases")
    assert (bought["purchase_id"], bought["state"]) == (purchase["purchase_id"], "paid")
    (lot,) = wallet.get("/wallet")["lots"]
    assert (lot["issued_yen"], lot["left_yen"], lot["last_day"]) == (10_000, 10_000, "2026-11-30")


def notices(town: Town) -> int:
    """How many notices were kept and are done with."""
    return int(town.books_say("SELECT count(*) FROM issuance.provider_events WHERE outcome IS NOT NULL"))


def spends(wallet: Caller, owner: Caller, till: Caller) -> None:
    """Pay at the poster and with the own code; one payment is voided, one refunded in part."""
    poster = poster_of(owner)
    kept = wallet.post("/payments", "pay-1", code=poster, amount_yen=1_280)
    typed_wrong = wallet.post("/payments", "pay-2", code=poster, amount_yen=777)
    assert (kept["store_name"], kept["amount_yen"]) == ("まるかマーケット 北店", 1_280)
    shown = wallet.post("/codes", "not-needed")["code"]
    charged = till.post("/charges", "charge-1", code=shown, amount_yen=3_001)
    assert charged["store_id"] == str(NORTH.store_id)
    assert wallet.get("/wallet")["total_yen"] == 10_000 - 1_280 - 777 - 3_001

    assert till.post(f"/payments/{typed_wrong['payment_id']}/void", "void-1")["amount_yen"] == 777
    refund = owner.post(f"/payments/{charged['payment_id']}/refunds", "refund-1", amount_yen=500)
    assert refund["amount_yen"] == 500

    assert wallet.get("/wallet")["total_yen"] == wallet.get("/wallet")["usable_yen"] == 6_219
    takings = till.get("/takings")
    figures = ("payment_count", "taken_yen", "given_back_yen", "net_yen")
    assert [takings[name] for name in figures] == [3, 5_058, 1_277, 3_781]
    history = [(moved["kind"], moved["amount_yen"]) for moved in wallet.get("/history")["movements"]]
    assert history == [("refund", -500), ("void", -777), ("payment", 3_001), ("payment", 777), ("payment", 1_280)]


def poster_of(owner: Caller) -> str:
    """The text of the poster that hangs in the northern store."""
    posters = f"/stores/{NORTH.store_id}/posters"
    (poster,) = owner.get(posters)["posters"]
    return str(owner.get(f"{posters}/{poster['serial']}")["text"])


def closes(finance: Caller) -> None:
    """Close June and download the bank's file: one transfer of all that the market is owed."""
    closing_id = finance.post("/closings", "close-june", cutoff_day=CUTOFF)["closing_id"]
    closing = finance.get(f"/closings/{closing_id}")
    assert (closing["paid_yen"], closing["carried_over_yen"], closing["paid_merchant_count"]) == (3_781, 0, 1)
    (statement,) = closing["statements"]
    assert (statement["payment_count"], statement["given_back_count"], statement["net_yen"]) == (3, 2, 3_781)
    assert statement["gross_paid_yen"] + statement["gross_premium_yen"] == 5_058
    assert statement["given_back_paid_yen"] + statement["given_back_premium_yen"] == 1_277
    (payout,) = closing["payouts"]
    assert (payout["items_yen"], payout["file_yen"], payout["put_in_flight_yen"], payout["agrees"]) == (
        *(3_781, 3_781, 3_781),
        True,
    )
    file = finance.content(f"/payouts/{payout['payout_id']}/file")
    read = read_transfer_file(file, written_on=date(2026, 7, 1))
    assert (read.total_yen, [item.amount_yen for item in read.items]) == (3_781, [3_781])
    assert read.items[0].account_number == MARKET.bank_account.account_number


def reads_the_statement(owner: Caller) -> None:
    (summary,) = owner.get("/statements")["statements"]
    assert (summary["cutoff_day"], summary["paid_yen"]) == (CUTOFF, 3_781)
    statement = owner.get(f"/statements/{summary['closing_id']}")
    (line,) = statement["lines"]
    assert (line["gross_yen"], line["given_back_yen"], line["net_yen"]) == (5_058, 1_277, 3_781)


def agrees(auditor: Caller) -> None:
    """The second opinion comes to the same figures, and debits equal credits."""
    audit = auditor.post("/books/audit", "not-needed")
    assert (audit["agrees"], audit["findings"]) == (True, [])
    figures: dict[str, Any] = audit["figures"]
    wanted = {
        "issued_yen": 10_000,
        "issued_paid_yen": 8_000,
        "issued_premium_yen": 2_000,
        "payments": 3,
        "payments_voided_yen": 777,
        "payments_refunded_yen": 500,
        "spent_yen": 3_781,
        "remaining_yen": 6_219,
        "payable_yen": 0,
        "in_flight_yen": 3_781,
        "settled_yen": 0,
    }
    assert {name: figures[name] for name in wanted} == wanted
    balance = auditor.get("/books/trial-balance")
    assert balance["agrees"]
    assert balance["debit_yen"] == balance["credit_yen"] == 10_000 + 5_058 + 1_277 + 3_781
