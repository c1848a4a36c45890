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

from kashiman.processes import free_port, running, wait_until_ready
from kernel.embedded_postgres import erase

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
        yield f"http://127.0.0.1:{port}", json.loads(sign_ins.read_text())
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=30)


def signed_in(address: str, face: str, code: str) -> dict[str, str]:
    answer = httpx.post(f"{address}/api/v1/{face}/sign-in", json={"code": code})
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def test_the_demo_stays_up_for_visitors_and_for_load_and_ends_when_it_is_told(tmp_path: Path) -> None:
    try:
        with demo_is_up(tmp_path) as (address, city):
            a_resident_pays(address, city)
            a_till_sees_its_store(address, city["tills"][0])
            a_few_people_meet_no_failure(address, tmp_path / "demo-sign-ins.json")
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/health/live")
    finally:
        erase(tmp_path / "demo-postgres")


def a_resident_pays(address: str, city: dict[str, Any]) -> None:
    resident, wallet = signed_in(address, "wallet", city["residents"][0]), f"{address}/api/v1/wallet"
    before_yen = httpx.get(f"{wallet}/wallet", headers=resident).json()["usable_yen"]
    paid = httpx.post(
        f"{wallet}/payments",
        json={"code": city["tills"][0]["poster"], "amount_yen": 51},
        headers=resident | {"Idempotency-Key": "visit-1"},
    )
    assert paid.status_code == 201, paid.text
    assert paid.json()["store_id"] == city["tills"][0]["store_id"]
    assert httpx.get(f"{wallet}/wallet", headers=resident).json()["usable_yen"] == before_yen - 51


def a_till_sees_its_store(address: str, till: dict[str, str]) -> None:
    stores = httpx.get(f"{address}/api/v1/shop/stores", headers=signed_in(address, "shop", till["code"])).json()
    assert till["store_id"] in {store["store_id"] for store in stores["stores"]}


def a_few_people_meet_no_failure(address: str, sign_ins: Path) -> None:
    done = subprocess.run(
        [*LOCUST, "--host", address, "--users", "10", "--spawn-rate", "10", "--run-time", "4s"],
        env={**os.environ, "KASHIMAN_SIGN_INS": str(sign_ins)},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(f" {name} " in done.stderr for name in ("wallet: sign in", "wallet: look", "wallet: rounds"))


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
