"""The demo stays up after its story: whoever comes can sign in and pay, load can be put on it, and it ends cleanly."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import Session

from identity.model import Holder, HolderKind, StaffRole
from identity.operations.add_staff import add_staff
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from kashiman.demo.browser import open_browser, sign_in
from kashiman.demo.calendar import STORY_ENDS_AT
from kashiman.keys import load_keys
from kashiman.processes import free_port, running, wait_until_ready
from kernel.db import Database
from kernel.embedded_postgres import erase, start

ROOT = Path(__file__).parent.parent.parent
LOCUST = (sys.executable, "-m", "locust", "--headless", "--only-summary", "--locustfile", str(ROOT / "loadtests"))


@contextmanager
def demo_is_up(data_dir: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A small demo that is up until it is told to end: its address, and what its file of sign-in codes holds."""
    port, sign_ins = free_port(), data_dir / "demo-sign-ins.json"
    command = f"demo --residents 120 --merchants 5 --port {port}"
    with running(command, {"KASHIMAN_DATA_DIR": str(data_dir)}) as demo:
        wait_until_ready(port, demo, timeout_s=120)
        deadline = time.monotonic() + 30
        while not sign_ins.exists() or not sign_ins.read_text().endswith("}"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert sign_ins.stat().st_mode & 0o777 == 0o600
        yield f"http://localhost:{port}", json.loads(sign_ins.read_text())
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=30)


@contextmanager
def signed_in(address: str, face: str, code: str) -> Iterator[httpx.Client]:
    with open_browser(address) as browser:
        sign_in(browser, face, code)
        yield browser


def test_the_demo_stays_up_for_visitors_and_for_load_and_ends_when_it_is_told(tmp_path: Path) -> None:
    try:
        with demo_is_up(tmp_path) as (address, city):
            a_resident_pays(address, city)
            a_till_sees_its_store(address, city["tills"][0])
            a_clerk_needs_no_passkey(address, tmp_path)
            a_few_people_meet_no_failure(address, tmp_path / "demo-sign-ins.json")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/health/live")
    finally:
        erase(tmp_path / "demo-postgres")


def a_resident_pays(address: str, city: dict[str, Any]) -> None:
    wallet = "/api/v1/wallet"
    with signed_in(address, "wallet", city["residents"][0]) as phone:
        before_yen = phone.get(f"{wallet}/wallet").json()["usable_yen"]
        body = {"code": city["tills"][0]["poster"], "amount_yen": 51}
        paid = phone.post(f"{wallet}/payments", json=body, headers={"Idempotency-Key": "visit-1"})
        assert paid.status_code == 201, paid.text
        assert paid.json()["store_id"] == city["tills"][0]["store_id"]
        assert phone.get(f"{wallet}/wallet").json()["usable_yen"] == before_yen - 51


def a_till_sees_its_store(address: str, till: dict[str, str]) -> None:
    with signed_in(address, "shop", till["code"]) as counter:
        stores = counter.get("/api/v1/shop/stores").json()["stores"]
    assert till["store_id"] in {store["store_id"] for store in stores}


def a_clerk_needs_no_passkey(address: str, data_dir: Path) -> None:
    """A clerk who comes into a running demo gets a code, as those whose codes it prints."""
    database = Database(start(data_dir / "demo-postgres").url("demo"), role="kashiman_staff", pool_size=1)
    pepper = load_keys(data_dir / "keys").pepper

    def hired(session: Session) -> str:
        clerk = Holder(HolderKind.STAFF, add_staff(session, display_name="商工 三郎", roles={StaffRole.COMMERCE}))
        (code,) = issue_sign_in_codes(session, [clerk], pepper=pepper, now=STORY_ENDS_AT)
        return code.text

    with signed_in(address, "staff", database.run(hired)) as desk:
        assert desk.get("/api/v1/staff/campaigns").status_code == 200
    database.close()


def a_few_people_meet_no_failure(address: str, sign_ins: Path) -> None:
    """On a busy machine people get little done in a few seconds, so the load goes on until each has done everything."""
    asked = ("wallet: sign in", "wallet: look", "wallet: rounds")
    report = ""
    for run_time_s in (4, 20, 100):
        report = load_of_a_few_people(address, sign_ins, run_time_s)
        if all(f" {name} " in report for name in asked):
            return
    raise AssertionError(report)


def load_of_a_few_people(address: str, sign_ins: Path, run_time_s: int) -> str:
    done = subprocess.run(
        [*LOCUST, "--host", address, "--users", "10", "--spawn-rate", "10", "--run-time", f"{run_time_s}s"],
        env={**os.environ, "KASHIMAN_SIGN_INS": str(sign_ins)},
        capture_output=True,
        check=False,
        text=True,
        timeout=run_time_s + 60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def test_a_load_goes_to_this_machine_only(tmp_path: Path) -> None:
    done = subprocess.run(
        [*LOCUST, "--host", "http://pay.example", "--users", "1", "--run-time", "1s"],
        env={**os.environ, "KASHIMAN_SIGN_INS": str(tmp_path / "none.json")},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "a load goes to this machine only, not to http://pay.example" in done.stderr
