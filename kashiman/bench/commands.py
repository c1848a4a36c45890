"""`kashiman bench …`: what an operator measures on this machine."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kashiman.bench.report import show

bench = typer.Typer(help="この機械で測る", no_args_is_help=True)
console = Console()

Json = Annotated[bool, typer.Option("--json", help="JSONで1行だけ書く")]


@bench.command()
def pay(
    json: Json = False, seconds: Annotated[float, typer.Option(min=1, max=300, help="それぞれの長さ（秒）")] = 15.0
) -> None:
    """Measure durable payments over HTTP beside an empty address of the same server."""
    from kashiman.bench.pay import bench_pay as run

    show(console, "bench pay", run(_data_dir(), seconds=seconds).as_dict(), json)


@bench.command()
def signin(
    json: Json = False,
    seconds: Annotated[float, typer.Option(min=1, max=300, help="それぞれの長さ（秒）")] = 15.0,
    storm: Annotated[bool, typer.Option("--storm", help="ログインが集中するときの支払も測る")] = False,
) -> None:
    """Measure codes exchanged for tokens over HTTP beside an empty address of the same server."""
    from kashiman.bench.sign_in import bench_sign_in as run

    show(console, "bench signin", run(_data_dir(), seconds=seconds, storm=storm).as_dict(), json)


@bench.command()
def ledger(
    json: Json = False,
    transfers: Annotated[int, typer.Option(min=0, help="先に帳簿へ入れておく振替の数")] = 0,
    payments: Annotated[int, typer.Option(min=1_000, help="バッチの大きさごとの支払数の上限")] = 60_000,
) -> None:
    """Measure payments through the posting operation, in batches of 1, 10, 100 and 1,000."""
    from kashiman.bench.ledger import bench_ledger as run

    figures = run(
        _data_dir(), grown_transfers=transfers, payments_max=payments, say=console.print if not json else None
    )
    show(console, "bench ledger", figures.as_dict(), json)


@bench.command()
def draw(
    json: Json = False,
    applications: Annotated[int, typer.Option(min=1, max=5_000_000, help="申し込みの数")] = 400_000,
) -> None:
    """Measure a draw with its files, its verification, and that of 10,000 applications in a browser."""
    from kashiman.bench.draw import bench_draw as run

    show(console, "bench draw", run(applications=applications).as_dict(), json)


@bench.command()
def issue(
    json: Json = False,
    units: Annotated[int, typer.Option(min=1, max=1_000_000, help="購入された口数")] = 60_000,
    small_shop_face_yen: Annotated[
        int, typer.Option("--small-shop-yen", min=0, max=5_000, help="1口のうち専用券の額面（円）")
    ] = 0,
) -> None:
    """Measure how bought units become vouchers, from the provider's notices to the lots in the wallets."""
    from kashiman.bench.issue import bench_issue as run

    say = console.print if not json else None
    figures = run(_data_dir(), units=units, small_shop_face_yen=small_shop_face_yen, say=say)
    show(console, "bench issue", figures.as_dict(), json)


@bench.command()
def apply(
    json: Json = False,
    seconds: Annotated[float, typer.Option(min=1.0, help="申し込みと空のあて先を、それぞれ何秒測るか")] = 12.0,
) -> None:
    """Measure applications over HTTP, beside an address of the same server that does nothing."""
    from kashiman.bench.apply import bench_apply as run

    show(console, "bench apply", run(_data_dir(), seconds=seconds).as_dict(), json)


@bench.command()
def wallet(
    json: Json = False,
    seconds: Annotated[float, typer.Option(min=1, max=300, help="最初の画面を何秒測るか")] = 20.0,
    telephones: Annotated[int, typer.Option(min=1, max=50, help="何台の遅いスマホで測るか")] = 5,
) -> None:
    """Measure the wallet's screens on a slow telephone, and its home page at 100 requests a second."""
    from kashiman.bench.wallet import bench_wallet as run

    show(console, "bench wallet", run(_data_dir(), seconds=seconds, telephones=telephones).as_dict(), json)


def _data_dir() -> Path:
    from kashiman.settings import read_settings

    return read_settings().data_dir / "bench-postgres"
