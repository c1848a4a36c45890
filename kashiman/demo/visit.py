"""After the story: the server stays up, with a sign-in code for everybody a visitor may want to be."""

import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table

from identity.model import Acr, Holder, HolderKind
from identity.operations.issue_sign_in_codes import issue_sign_in_codes
from issuance.queries import purchases_awaiting_payment
from kashiman.applications import set_up_provider
from kashiman.demo.calendar import STORY_ENDS_AT
from kashiman.demo.run import DemoPlan, Told, tell_story
from kashiman.demo.sign_ins import SIGN_INS_FILE, poster_text, write_sign_ins
from kashiman.demo.story.world import Shop, World
from kashiman.processes import running, wait_until_ready
from kashiman.settings import Settings
from kernel.yen import yen_text
from ledger.model import ShopSize
from ledger.queries import wallet_lots

CUSTOMERS_PAY_EVERY_S = 2.0
EVERY_BROWSER_HERE = ("127.0.0.1", "0.0.0.0")  # noqa: S104 - read, not listened on


@dataclass(frozen=True)
class Visitor:
    """Somebody to be: role, name, address of their face, and the code that signs them in."""

    role: str
    name: str
    address: str
    code: str


def run_demo(plan: DemoPlan, settings: Settings, console: Console, *, once: bool) -> bool:
    """Tell the story, show its figures, then serve until interrupted unless `once`; answer the auditor's verdict."""
    with tell_story(plan) as told:
        show_figures(console, told.summary)
        if plan.out is not None:
            console.print(f"結果: {plan.out}")
        if not once:
            _receive_visitors(told, plan, settings, console)
        return bool(told.summary["auditor_agrees"])


def show_figures(console: Console, summary: Mapping[str, Any]) -> None:
    """The story in figures, for people."""
    table = Table(title="かしまんPAY 半年のまとめ", show_header=False)
    rows = {
        "販売予定の口数": f"{summary['units_offered']:,} 口",
        "第1回の申込率": f"{summary['first_round_uptake']:.0%}",
        "購入された口数": f"{summary['units_bought']:,} 口",
        "発行額": yen_text(summary["issued_yen"]),
        "　うち有償分": yen_text(summary["paid_part_yen"]),
        "　うちプレミアム分": yen_text(summary["premium_part_yen"]),
        "支払": f"{summary['payments']:,} 件",
        "断られた支払": f"{summary['declined']:,} 件",
        "利用額（取消・返金後）": yen_text(summary["spent_yen"]),
        "取消・返金": yen_text(summary["refunded_yen"]),
        "失効": yen_text(summary["expired_yen"]),
        "残高": yen_text(summary["remaining_yen"]),
        "精算額": yen_text(summary["settled_yen"]),
        "振込ファイルの合計": yen_text(summary["bank_file_total_yen"]),
        "監査": "一致しました" if summary["auditor_agrees"] else "一致しません",
    }
    table.add_column(justify="left")
    table.add_column(justify="right")
    for name, figure in rows.items():
        table.add_row(name, figure)
    console.print(table)


def _receive_visitors(told: Told, plan: DemoPlan, given: Settings, console: Console) -> None:
    settings = for_visitors(given)
    address = settings.issuer
    # Whoever ends this process without a terminal wants the server and the worker to end with it, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        server = stack.enter_context(open_city(told, plan, settings))
        stack.enter_context(_customers(told))
        roles = _roles(told, address)
        write_sign_ins(told.world, settings.city_guid, plan.data_dir / SIGN_INS_FILE, but=set(roles.values()))
        poster = poster_text(told.world, _busiest_shop(told), settings.city_guid)
        _show_visitors(console, _visitors(told.world, roles), poster, address)
        try:
            server.wait()
        except KeyboardInterrupt:
            console.print("終わります。")


def for_visitors(settings: Settings) -> Settings:
    """The same installation, but members of staff may sign in with a printed code, and browsers come to a name.

    Passkeys belong to a domain name, which the number of a loopback address is not.
    """
    host = "localhost" if settings.host in EVERY_BROWSER_HERE else settings.host
    base_url = settings.base_url or f"http://{host}:{settings.port}"
    return settings.model_copy(update={"staff_acr": Acr.POSTCARD, "base_url": base_url})


@contextmanager
def open_city(
    told: Told, plan: DemoPlan, settings: Settings, *, at: datetime = STORY_ENDS_AT
) -> Iterator["subprocess.Popen[bytes]"]:
    """Server and worker as processes of their own, until the block ends; their clocks go on from a moment.

    Answers the server's process once it is ready.
    """
    keys = told.world.keys
    told.world.databases.staff.run(lambda session: set_up_provider(session, settings, keys, now=at))
    environment = _environment(told, plan, settings, at)
    with running("serve", environment) as server, running("worker", environment):
        wait_until_ready(settings.port, server)
        told.double.control.send_to(f"http://{settings.host}:{settings.port}/webhooks/stripe")
        yield server


def _environment(told: Told, plan: DemoPlan, settings: Settings, at: datetime) -> dict[str, str]:
    return {
        "DATABASE_URL": told.url,
        "KASHIMAN_DATA_DIR": str(plan.data_dir),
        "KASHIMAN_HOST": settings.host,
        "KASHIMAN_PORT": str(settings.port),
        "KASHIMAN_BASE_URL": settings.base_url,
        "KASHIMAN_STAFF_ACR": settings.staff_acr.value,
        "KASHIMAN_CLOCK_SHIFT_S": str((at - datetime.now(UTC)).total_seconds()),
        "KASHIMAN_STRIPE_API_KEY": told.double.api_key,
        "KASHIMAN_STRIPE_WEBHOOK_SECRET": told.double.webhook_secret,
        "KASHIMAN_STRIPE_API_BASE": told.double.api_base,
    }


@contextmanager
def _customers(told: Told) -> Iterator[None]:
    """In the invented city whoever starts an online payment pays it a moment later."""
    stopped = threading.Event()

    def pay() -> None:
        while not stopped.wait(CUSTOMERS_PAY_EVERY_S):
            with told.world.databases.pay.transaction() as session:
                waiting = purchases_awaiting_payment(session)
            told.double.control.pay_many([purchase.provider_id for purchase in waiting if purchase.provider_id])

    customers = threading.Thread(target=pay, name="customers", daemon=True)
    customers.start()
    try:
        yield
    finally:
        stopped.set()
        customers.join()


def _roles(told: Told, address: str) -> dict[tuple[str, str, str], Holder]:
    """Whom a visitor can be: role, name and the address of the face, and who that is."""
    world = told.world
    wallet_id = _wallet_with_value(told)
    resident = next(person for person in world.people if person.wallet_id == wallet_id)
    shop = _busiest_shop(told)
    return {
        ("住民", resident.name, f"{address}/wallet"): Holder(HolderKind.RESIDENT, resident.person_id),
        ("加盟店", _shop_name(shop), f"{address}/shop"): Holder(HolderKind.SHOP, shop.cashier_id),
        ("商工担当", "商工 花子", f"{address}/staff"): Holder(HolderKind.STAFF, world.planner.id),
        ("会計担当", "会計 太郎", f"{address}/staff"): Holder(HolderKind.STAFF, world.finance.id),
    }


def _visitors(world: World, roles: Mapping[tuple[str, str, str], Holder]) -> list[Visitor]:
    holders = list(roles.values())
    issued = world.databases.staff.run(
        lambda session: issue_sign_in_codes(session, holders, pepper=world.keys.pepper, now=STORY_ENDS_AT)
    )
    return [Visitor(*who, code.text) for who, code in zip(roles, issued, strict=True)]


def _wallet_with_value(told: Told) -> UUID:
    """A wallet that still holds the most of what every shop takes: a visitor wants to pay."""
    world = told.world
    purses = world.purses
    richest = sorted(purses.total_yen, key=lambda wallet_id: -purses.usable_yen(wallet_id, ShopSize.LARGE))[:20]
    with world.databases.pay.transaction() as session:
        return max(richest, key=lambda wallet_id: sum(lot.left_yen for lot in wallet_lots(session, wallet_id)))


def _busiest_shop(told: Told) -> Shop:
    return max(told.world.shops[1:-1] or told.world.shops, key=lambda shop: shop.merchant.popularity_weight)


def _shop_name(shop: Shop) -> str:
    return shop.merchant.stores[0].display_name


def _show_visitors(console: Console, visitors: list[Visitor], poster: str, address: str) -> None:
    table = Table(title="サインイン（デモの街の時計は 2026年11月20日 10時から進みます）")
    for title in ("だれ", "名前", "アドレス", "コード"):
        table.add_column(title, no_wrap=title != "名前", overflow="fold")
    for visitor in visitors:
        table.add_row(visitor.role, visitor.name, visitor.address, visitor.code)
    console.print(table)
    console.print("デモの街では、市の職員もコードでログインできます（本番ではパスキーが必要です）。")
    console.print("加盟店のQRの中身（カメラがないときは、これを「はらう」の画面に貼ります）:")
    console.print(poster, soft_wrap=True, highlight=False)
    console.print(f"抽選の公開ページ（ログインはいりません）: {address}/draws/")
    console.print(f"API: {address}/docs　　終わるには Ctrl-C")
