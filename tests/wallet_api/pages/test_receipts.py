"""The record of one payment: on a page and on paper, for whoever paid it and nobody else."""

import re
from uuid import UUID, uuid4

import pytest

from payments.codes.payment_number import payment_number
from tests.kernel.documents.pdf_reading import MISSING, glyphs_of, metadata_of, size_mm, text_of
from tests.wallet_api.pages.test_history import Household, Reader
from tests.wallet_api.pages.test_history import home as home
from tests.wallet_api.pages.test_history import neighbour as neighbour
from tests.wallet_api.pages.test_history import reader as reader

A5_MM = (148.0, 210.0)


@pytest.fixture
def payment_id(home: Household) -> UUID:
    (paid,) = home.pays(4_200)
    return paid


def test_a_record_says_what_was_paid_and_from_what(reader: Reader, payment_id: UUID) -> None:
    page = reader.get(f"/wallet/receipts/{payment_id}").text

    parts = ("松尾パン店", "4,200円", "2026年11月20日(金) 14:05", payment_number(payment_id), str(payment_id))
    assert [part for part in parts if part not in page] == []
    used = re.findall(r"(専用券|共通券)\(.*?<dd class=\"money\">([\d,]+)円", page)
    assert sum(int(amount.replace(",", "")) for _, amount in used) == 4_200
    assert "もどっています" not in page
    assert "/wallet/history?month=2026-11" in page


def test_a_record_says_what_came_back(reader: Reader, home: Household, payment_id: UUID) -> None:
    home.gets_back(payment_id, 200)
    in_part = reader.get(f"/wallet/receipts/{payment_id}").text
    home.gets_back(payment_id, 4_000)
    in_whole = reader.get(f"/wallet/receipts/{payment_id}").text

    assert "このお支払いは、一部がもどっています" in in_part
    assert "4,000円" in in_part
    assert "このお支払いは、もどっています" in in_whole


def test_a_record_promises_no_tax_document(reader: Reader, payment_id: UUID) -> None:
    page = reader.get(f"/wallet/receipts/{payment_id}").text

    assert "お支払いの控え" in page
    assert "領収書" not in page
    assert "税の書類（適格請求書など）が必要なときは、お店にご相談ください。" in page


def test_a_record_is_a_sheet_of_paper(reader: Reader, home: Household, payment_id: UUID) -> None:
    home.gets_back(payment_id, 200)

    answer = reader.get(f"/wallet/receipts/{payment_id}/receipt.pdf")

    assert answer.headers["content-type"] == "application/pdf"
    name = f"receipt-20261120-{payment_number(payment_id)}.pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert size_mm(answer.content) == A5_MM
    text = text_of(answer.content)
    wanted = ["お支払いの控え", "松尾パン店", "4,200円", "−200円", "4,000円", "2026-11-20 14:05", str(payment_id)]
    assert [part for part in wanted if part not in text] == []
    assert MISSING not in glyphs_of(answer.content)
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata_of(answer.content)


def test_a_record_speaks_the_language_of_the_page(reader: Reader, payment_id: UUID) -> None:
    english = {"Accept-Language": "en"}

    page = reader.get(f"/wallet/receipts/{payment_id}", headers=english).text
    pdf = reader.get(f"/wallet/receipts/{payment_id}/receipt.pdf", headers=english).content

    assert "Payment record" in page
    assert "Payment record" in text_of(pdf)
    assert "お支払いの控え" not in text_of(pdf)


@pytest.mark.parametrize("path", ["", "/receipt.pdf"])
def test_asvs_8_2_2_the_record_of_another_looks_like_none(
    reader: Reader, neighbour: Reader, payment_id: UUID, path: str
) -> None:
    others = neighbour.get(f"/wallet/receipts/{payment_id}{path}")
    nobodys = reader.get(f"/wallet/receipts/{uuid4()}{path}")

    assert (others.status_code, nobodys.status_code) == (404, 404)
    assert "松尾パン店" not in others.text
