from pathlib import Path
import shutil
from identity.model import StaffRole as R
from tests.merchants.shops import BAKERY

O = {"Origin": "http://testserver"}
OUT = Path("/tmp/shots")


def test_x(world):
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "static").mkdir(parents=True)
    for f in [*Path("kernel/pages/static").glob("*.css"), *Path("staff_console/static").glob("*.css")]:
        shutil.copy(f, OUT / "static")
    n = [0]

    def page(role, path, name, method="GET", data=None, expect=200):
        roles = role if isinstance(role, list) else [role] if role else []
        cookies = {"kashiman_staff": world.token(*roles)} if roles else {}
        world.client.cookies.clear()
        for k, v in cookies.items():
            world.client.cookies.set(k, v)
        r = world.client.request(method, path, headers=O, data=data)
        print(name, r.status_code, r.headers.get("location"))
        assert r.status_code == expect, (name, r.status_code, r.text[:3000])
        if name:
            (OUT / f"{name}.html").write_text(r.text)
        return r

    page(None, "/staff/sign-in", "signin")
    world.selling()
    receipts = world.market.grants(0)
    page(R.HELP, "/staff/counter", "counter0")
    page(R.HELP, f"/staff/counter?receipt={receipts[0].receipt}", "counter1")
    page(R.HELP, "/staff/counter?receipt=XXXX", "counter2")
    g = receipts[0].grant_id
    r = page(R.HELP, "/staff/counter/sales", None, "POST", {"form_key": "k1", "grant_id": str(g), "units": "2"}, 303)
    page(R.HELP, r.headers["location"], "done")
    page(R.HELP, "/staff/counter/sales", "refused", "POST", {"form_key": "k2", "grant_id": str(g), "units": "2"}, 409)
    world.shops_open()
    from tests.staff_console.world import SHOPPING_AT
    from tests.merchants.shops import MARKET

    world.takes(MARKET.merchant_id, [1280, 3001], SHOPPING_AT)
    world.takes(BAKERY.merchant_id, [777], SHOPPING_AT)
    page([R.COMMERCE], "/staff/", "home_commerce")
    page(R.COMMERCE, "/staff/campaigns", "campaigns")
    page(R.COMMERCE, f"/staff/campaigns/{world.market.campaign_id}", "campaign")
    c = world.closes()["closing_id"]
    page(R.FINANCE, "/staff/", "home_finance")
    page([R.ADMIN], "/staff/", "home_admin")
    page(list(R), "/staff/", "home_all")
    page(R.FINANCE, "/staff/closings", "closings")
    d = page(R.FINANCE, f"/staff/closings/{c}", "closing")
    p = world.get(f"/closings/{c}", R.FINANCE).json()["payouts"][0]["payout_id"]
    page(R.FINANCE, f"/staff/payouts/{p}", "payout")
    page(R.FINANCE, f"/staff/trial-balance", "trial")
    page(R.AUDIT, f"/staff/audit", "audit")
    page(R.AUDIT, f"/staff/audit", "verdict", "POST")
    page(R.COMMERCE, f"/staff/closings", "forbidden", expect=403)
