"""What was paid and given back, month by month, thirty at a time, with what came back beside its payment."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from identity.model import Holder, HolderKind
from kernel.clock import SetClock, city_time
from kernel.db import Database
from kernel.refusals import Refusal
from payments.model import Channel, PaymentRequest, ReversalRequest
from payments.operations.reverse_payments import reverse_payments
from payments.operations.take_payments import take_payments
from tests.merchants.shops import BAKERY
from tests.sign_ins import signed_in_cookie
from tests.wallet_api.world import World
from wallet_api import household
from wallet_api.parts import WalletParts

ISSUER = "https://city.example"
ENTRY = 'class="card link-card movement"'
CLERK = UUID(int=0xC1)


class Household:
    """What a resident's household does."""

    def __init__(self, world: World, pay: Database, clock: SetClock) -> None:
        self.world, self.pay, self.clock = world, pay, clock

    def pays(self, *amounts_yen: int, at: datetime | None = None) -> list[UUID]:
        """Pay at the bakery, all at one instant."""
        now = at or self.clock.now()
        requests = [
            PaymentRequest(
                key=f"{now} {number}",
                wallet_id=self.world.wallet_id,
                amount_yen=amount_yen,
                store_code="S001",
                poster_serial=self.world.bakery_serial,
                channel=Channel.MPM_STATIC,
                asked_at=now,
            )
            for number, amount_yen in enumerate(amounts_yen)
        ]
        receipts = self.pay.run(lambda session: take_payments(session, requests))
        return [receipt.payment_id for receipt in receipts if not isinstance(receipt, Refusal)]

    def gets_back(self, payment_id: UUID, refund_yen: int | None, at: datetime | None = None) -> None:
        """Get a payment back, the whole of it on the same day or a part."""
        request = ReversalRequest(
            key=f"back {payment_id} {refund_yen}",
            payment_id=payment_id,
            merchant_id=BAKERY.merchant_id,
            asked_by=CLERK,
            asked_at=at or self.clock.now(),
            refund_yen=refund_yen,
        )
        (outcome,) = self.pay.run(lambda session: reverse_payments(session, [request]))
        assert not isinstance(outcome, Refusal)


class Reader:
    """Somebody who signs in anew whenever they look, as months may lie between."""

    def __init__(self, app: FastAPI, parts: WalletParts, person_id: UUID) -> None:
        self.client = TestClient(app, base_url=ISSUER, follow_redirects=False)
        self.parts = parts
        self.holder = Holder(HolderKind.RESIDENT, person_id)

    def get(self, path: str, **facts: Any) -> Any:
        cookie = signed_in_cookie(self.parts.database, self.holder, self.parts.clock.now())
        self.client.cookies.set("__Host-kashiman_wallet", cookie, domain="city.example")
        return self.client.get(path, **facts)


@pytest.fixture
def reader(app: FastAPI, parts: WalletParts, world: World) -> Reader:
    return Reader(app, parts, world.person_id)


@pytest.fixture
def neighbour(app: FastAPI, parts: WalletParts, world: World) -> Reader:
    return Reader(app, parts, world.neighbour_id)


@pytest.fixture
def home(world: World, make_database: Callable[[str], Database], clock: SetClock) -> Household:
    return Household(world, make_database("kashiman_pay"), clock)


def next_address(page: str) -> str:
    (address,) = re.findall(r'href="(/wallet/history\?[^"]*before_id=[^"]+)"', page)
    return str(address).replace("&amp;", "&")


def test_an_empty_history_says_so(reader: Reader) -> None:
    assert "まだ、お支払いはありません。" in reader.get("/wallet/history").text


def test_movements_of_one_instant_are_not_lost_between_two_pages(reader: Reader, home: Household) -> None:
    home.pays(*range(50, 115))
    seen: list[str] = []
    address = "/wallet/history"
    for count in (30, 30, 5):
        page = reader.get(address).text
        assert page.count(ENTRY) == count
        seen += re.findall(r'<span class="money">(\d+)円</span></span>', page)
        address = next_address(page) if count == 30 else ""
    assert sorted(map(int, seen)) == list(range(50, 115))
    assert "この月の、これより前を見る" not in page


def test_the_interface_pages_by_time_and_id(api: TestClient, home: Household) -> None:
    home.pays(*range(100, 107))
    seen: list[int] = []
    where: dict[str, Any] = {}
    for _ in range(4):
        movements = api.get("history", params={"limit": 2, **where}).json()["movements"]
        seen += [each["amount_yen"] for each in movements]
        where = {"before": movements[-1]["at"], "before_id": movements[-1]["id"]}
    assert sorted(seen) == list(range(100, 107))
    assert api.get("history", params=where).json() == {"movements": []}


def test_a_month_tells_its_sums_and_what_was_used(reader: Reader, home: Household) -> None:
    first, second = home.pays(5_600, 500)
    home.gets_back(first, 200)
    home.gets_back(second, None)

    page = reader.get("/wallet/history").text

    assert '<p class="money money-huge">5,400円</p>' in page
    text = re.sub(r"<[^>]+>|\s+", " ", page)
    text = re.sub(r"\s+", " ", text)
    assert "支払い 2件 6,100円" in text
    assert "取消 1件 −500円" in text
    assert "返金 1件 −200円" in text
    used = re.findall(r"(専用券|共通券)\(.*?\) ([\d,]+)円", text)
    assert sum(int(amount.replace(",", "")) for _, amount in used) == 5_400
    assert {kind for kind, _ in used} == {"専用券", "共通券"}


def test_what_came_back_stands_beside_its_payment(reader: Reader, home: Household) -> None:
    (payment_id,) = home.pays(1_000)
    home.gets_back(payment_id, 300)

    page = reader.get("/wallet/history").text

    assert page.count(ENTRY) == 1
    entry = page.split(ENTRY)[1].split("</a>")[0]
    assert f'href="/wallet/receipts/{payment_id}"' in entry
    assert all(part in entry for part in ("1,000円", "↩ 返金", "＋300円"))


def test_what_came_back_in_a_later_month_counts_there_and_names_its_payment(
    reader: Reader, home: Household, clock: SetClock
) -> None:
    (payment_id,) = home.pays(1_000)
    clock.at = city_time(date(2026, 12, 5), 12)
    home.gets_back(payment_id, 300)
    home.pays(70)

    november = reader.get("/wallet/history?month=2026-11").text
    december = reader.get("/wallet/history").text

    assert '<p class="money money-huge">1,000円</p>' in november
    assert "＋300円" in november
    assert '<p class="money money-huge">−230円</p>' in december
    assert "2026年11月20日(金)に払った1,000円のうち" in december
    assert december.count(ENTRY) == 2


def test_one_walks_from_month_to_month(reader: Reader, home: Household, clock: SetClock) -> None:
    home.pays(100)
    clock.at = city_time(date(2027, 1, 5), 12)

    january = reader.get("/wallet/history").text
    december = reader.get("/wallet/history?month=2026-12").text
    november = reader.get("/wallet/history?month=2026-11").text

    assert 'rel="prev" href="/wallet/history?month=2026-12"' in january
    assert 'rel="next"' not in january
    assert "この月のお支払いはありません。" in december
    assert 'rel="next" href="/wallet/history?month=2027-01"' in december
    assert 'rel="prev"' not in november
    assert re.findall(r'<option value="([^"]+)"', january) == ["2027-01", "2026-12", "2026-11"]


def test_a_month_begins_at_the_citys_midnight(reader: Reader, home: Household, clock: SetClock) -> None:
    home.pays(100, at=city_time(date(2026, 12, 1)) - timedelta(microseconds=1))
    home.pays(70, at=city_time(date(2026, 12, 1)))
    clock.at = city_time(date(2026, 12, 2))

    assert '<p class="money money-huge">100円</p>' in reader.get("/wallet/history?month=2026-11").text
    assert '<p class="money money-huge">70円</p>' in reader.get("/wallet/history?month=2026-12").text


@pytest.mark.parametrize("query", ["month=2026-13", "month=1999-01", "month='; --", "before=yesterday", "before_id=1"])
def test_an_address_that_means_nothing_is_refused(reader: Reader, query: str) -> None:
    assert reader.get(f"/wallet/history?{query}").status_code == 422


def test_asvs_8_2_2_a_neighbour_sees_nothing_of_it(neighbour: Reader, home: Household) -> None:
    home.pays(100)

    assert "まだ、お支払いはありません。" in neighbour.get("/wallet/history").text
    assert neighbour.get("/wallet/history.csv").text.count("\r\n") == 1


def test_a_month_is_a_table_for_the_household(reader: Reader, home: Household) -> None:
    (payment_id,) = home.pays(1_000)
    home.gets_back(payment_id, 300)

    answer = reader.get("/wallet/history.csv?month=2026-11")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="kashiman-pay-2026-11.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    titles, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert titles == ["日時", "種別", "お店", "金額", "番号"]
    assert [row[:4] for row in rows] == [
        ["2026-11-20 14:05:00", "返金", "松尾パン店", "-300"],
        ["2026-11-20 14:05:00", "支払い", "松尾パン店", "1000"],
    ]
    assert reader.get("/wallet/history.csv?month=2026-12").text.count("\r\n") == 1


def test_a_long_table_is_read_batch_by_batch(reader: Reader, home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(household, "ROWS_PER_BATCH", 3)
    home.pays(*range(100, 109))

    answer = reader.get("/wallet/history.csv")

    assert answer.headers["content-disposition"] == 'attachment; filename="kashiman-pay.csv"'
    _, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert sorted(int(row[3]) for row in rows) == list(range(100, 109))
