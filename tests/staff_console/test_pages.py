"""The pages of the desks: what they show, and what guards them."""

import re
from uuid import UUID

import pytest

from identity.model import StaffRole
from kernel.clock import city_time
from staff_console.pages.campaigns import bars
from staff_console.schemas import UnitsAnswer
from tests.issuance.market import contents
from tests.staff_console.world import CLOSING_AT, CUTOFF, PAY_DAY, World

AUDIT, COMMERCE, FINANCE = StaffRole.AUDIT, StaffRole.COMMERCE, StaffRole.FINANCE


def closed_world(world: World) -> tuple[str, str]:
    """A city that closed September; gives the ids of the closing and of its payout."""
    world.shopping()
    closing_id = world.closes()["closing_id"]
    (payout,) = world.get(f"/closings/{closing_id}", FINANCE).json()["payouts"]
    return closing_id, payout["payout_id"]


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (COMMERCE, ["窓口で販売する", "2口", "事業"], ["締めと振込", "監査の画面へ"]),
        (StaffRole.HELP, ["窓口で販売する", "住民をさがす"], ["締めと振込", "監査の画面へ", "取り込みへ"]),
        (FINANCE, ["5,058円", "貸借一致", "第1回"], ["窓口で販売する", "監査の画面へ"]),
        (AUDIT, ["5,058円", "監査の画面へ", "2口"], ["窓口で販売する"]),
        (
            StaffRole.ADMIN,
            ["住民名簿の取り込みへ", "職員のパスキーへ", "削除の確認へ"],
            ["窓口で販売する", "5,058円", "監査の画面へ", "住民をさがす"],
        ),
    ],
)
def test_home_shows_each_desk_its_own_figures(
    world: World, role: StaffRole, shown: list[str], hidden: list[str]
) -> None:
    closed_world(world)
    world.signs_in_at_the_browser(role)
    text = world.page("/")
    assert [word for word in shown if word not in text] == []
    assert [word for word in hidden if word in text] == []


def test_the_campaign_page_shows_the_uptake_and_how_to_verify_the_draw(world: World) -> None:
    world.shopping()
    world.signs_in_at_the_browser(COMMERCE)
    text = world.page(f"/campaigns/{world.market.campaign_id}")
    assert all(word in text for word in ("16口", "販売予定の160%", "2口", "販売予定の20%", "RESULT verified"))
    files = world.get(f"/rounds/{world.market.round_id}/draw", COMMERCE).json()["files"]
    assert all(file["sha256"] in text for file in files)
    fetched = world.client.get(f"/staff/rounds/{world.market.round_id}/draw/frozen.json")
    assert fetched.headers["content-disposition"] == 'attachment; filename="frozen.json"'
    assert "かしまんPAY 2023" in world.page("/campaigns")


def test_bars_share_one_scale_and_tell_their_share_of_the_offer() -> None:
    shown = bars(UnitsAnswer(offered=10, applied=16, granted=10, bought=2))
    assert shown == [
        ("offered", "販売予定", 10, 62.5, 100),
        ("applied", "申込", 16, 100.0, 160),
        ("granted", "当選", 10, 62.5, 100),
        ("bought", "購入", 2, 12.5, 20),
    ]
    nothing = bars(UnitsAnswer(offered=0, applied=0, granted=0, bought=0))
    assert [(count, width, share) for _, _, count, width, share in nothing] == [(0, 0.0, 0)] * 4


def test_one_closing_shows_three_sums_that_agree(world: World) -> None:
    closing_id, payout_id = closed_world(world)
    world.signs_in_at_the_browser(FINANCE)
    text = world.page(f"/closings/{closing_id}")
    assert "合計は一致しています" in text
    assert re.findall(r'<td class="number">([\d,]+円)</td>', text) == ["5,058円"] * 3
    assert f"/staff/payouts/{payout_id}/file" in text
    assert "第1回" in world.page("/closings")
    csv = world.client.get(f"/staff/closings/{closing_id}/statements.csv")
    assert csv.content == world.get(f"/closings/{closing_id}/statements.csv", FINANCE).content


def test_an_auditor_sees_the_payout_and_is_offered_neither_file_nor_booking(world: World) -> None:
    closing_id, payout_id = closed_world(world)
    world.signs_in_at_the_browser(AUDIT)
    text = world.page(f"/payouts/{payout_id}") + world.page(f"/closings/{closing_id}") + world.page("/closings")
    assert "松尾パン店" in text
    assert f"/staff/payouts/{payout_id}/file" not in text
    assert "を記帳する" not in text
    assert "締めてファイルを作る" not in text


def test_closing_by_form_twice_closes_once(world: World) -> None:
    world.shopping()
    world.clock.at = CLOSING_AT
    world.signs_in_at_the_browser(FINANCE)
    form = world.page("/closings")
    assert f'value="{CUTOFF.isoformat()}"' in form
    assert f'value="{PAY_DAY.isoformat()}"' in form
    fields = {"form_key": "form-1", "cutoff_day": CUTOFF.isoformat(), "pay_day": PAY_DAY.isoformat()}
    first, second = world.submit("/closings", **fields), world.submit("/closings", **fields)
    assert (first.status_code, first.headers["location"]) == (303, second.headers["location"])
    assert len(world.get("/closings", FINANCE).json()["closings"]) == 1
    assert "2023年9月30日(土)までは締め終わっています" in world.page("/closings")


def test_returned_and_settled_are_booked_by_form(world: World) -> None:
    _, payout_id = closed_world(world)
    world.signs_in_at_the_browser(FINANCE)
    assert "になったら記帳できます" in world.page(f"/payouts/{payout_id}")
    world.clock.at = city_time(PAY_DAY, 15)
    world.signs_in_at_the_browser(FINANCE)
    day = PAY_DAY.isoformat()
    told = {"returned_on": day, "reason": "口座なし", "credit_ref": "R-1"}
    assert world.submit(f"/payouts/{payout_id}/items/1/returned", **told).status_code == 303
    assert "振込済にする(4,281円)" in world.page(f"/payouts/{payout_id}")
    assert "777円を再振込する" in world.page(f"/payouts/{payout_id}")
    anew = world.submit(f"/payouts/{payout_id}/items/1/reissued", pay_day="2023-10-19")
    assert anew.status_code == 303
    assert "再振込" in world.page(anew.headers["location"].removeprefix("/staff"))
    settled = world.submit(f"/payouts/{payout_id}/settled", settled_on=day)
    assert (settled.status_code, settled.headers["location"]) == (303, f"/staff/payouts/{payout_id}")
    text = world.page(f"/payouts/{payout_id}")
    assert "振込済にする" not in text
    assert re.findall(r'<span class="tag">(.+?)</span>', text) == ["振込済", "再振込", "振込済"]


def test_the_trial_balance_page_shows_both_sums_and_closes_a_period(world: World) -> None:
    world.shopping()
    world.signs_in_at_the_browser(FINANCE)
    text = world.page("/trial-balance")
    assert "借方と貸方は一致しています" in text
    assert text.count("15,058") >= 4
    assert "窓口現金" in text
    assert "まだ何も起きていません" in world.page("/trial-balance?at=2023-09-17")
    assert "これまでの全部" in world.page("/trial-balance?at=")
    closed = world.submit("/periods", closed_through="2023-09-17")
    assert (closed.status_code, closed.headers["location"]) == (303, "/staff/trial-balance?at=2023-09-17")
    again = world.submit("/periods", closed_through="2023-09-17")
    assert again.status_code == 409
    assert "sentence for period_is_closed" in again.text


FORMS: dict[str, tuple[StaffRole, dict[str, str]]] = {
    "/counter/sales": (COMMERCE, {"form_key": "k", "grant_id": str(UUID(int=7)), "units": "1"}),
    "/closings": (FINANCE, {"form_key": "k", "cutoff_day": "2023-09-15", "pay_day": "2023-09-29"}),
    "/periods": (FINANCE, {"closed_through": "2023-09-17"}),
    "/audit": (AUDIT, {}),
    "/sign-out": (COMMERCE, {}),
}


@pytest.mark.parametrize(
    "origin", [None, "null", "https://elsewhere.example", "https://pay.kashima.example.elsewhere.example"]
)
def test_a_form_that_was_not_sent_from_our_pages_does_nothing_asvs_3_5_1(world: World, origin: str | None) -> None:
    before = contents(world.staff, "settlement.closings", "ledger.period_closes", "ledger.decisions")
    for path, (role, fields) in FORMS.items():
        world.signs_in_at_the_browser(role)
        answer = world.client.post(f"/staff{path}", data=fields, headers={"Origin": origin} if origin else {})
        assert answer.status_code == 403, path
        assert "sentence for origin_not_ours" in answer.text
    assert contents(world.staff, *before) == before


def test_every_page_carries_a_strict_policy_and_nothing_inline_asvs_3_4_3(world: World) -> None:
    closing_id, payout_id = closed_world(world)
    world.signs_in_at_the_browser(*StaffRole)
    screens = ["/", "/campaigns", f"/campaigns/{world.market.campaign_id}", "/counter", "/closings"]
    screens += [f"/closings/{closing_id}", f"/payouts/{payout_id}", "/trial-balance", "/audit", "/sign-in"]
    for screen in screens:
        answer = world.client.get(f"/staff{screen}")
        policy = answer.headers["content-security-policy"]
        assert (answer.status_code, policy.split("; ")[0]) == (200, "default-src 'self'"), screen
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://", answer.text), screen


def test_a_form_without_its_key_is_refused(world: World) -> None:
    world.shopping()
    world.signs_in_at_the_browser(FINANCE)
    answer = world.submit("/closings", cutoff_day="2023-09-15", pay_day="2023-09-29")
    assert answer.status_code == 422
    assert "sentence for fields_invalid" in answer.text
    assert contents(world.staff, "settlement.closings") == {"settlement.closings": []}


def test_the_style_sheet_of_the_console_is_served(world: World) -> None:
    answer = world.client.get("/static/staff_console.css")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/css")
