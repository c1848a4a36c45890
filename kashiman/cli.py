"""`kashiman …`: everything an operator does from a terminal."""

from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from kashiman.bench.commands import bench

app = typer.Typer(
    name="kashiman", help="かしまんPAY: 地域通貨とプレミアム商品券の台帳", no_args_is_help=True, add_completion=False
)
app.add_typer(bench, name="bench")
console = Console()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="待ち受けるアドレス")] = None,
    port: Annotated[int | None, typer.Option(help="待ち受けるポート")] = None,
    workers: Annotated[int, typer.Option(help="プロセスの数", min=1)] = 1,
) -> None:
    """Serve the web application."""
    from kashiman.serve import serve as run
    from kashiman.settings import read_settings

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    run(read_settings().model_copy(update=given), workers=workers)


@app.command()
def worker() -> None:
    """Work off the queue: provider notices, expiry, overdue holds, totals."""
    from kashiman.settings import read_settings
    from kashiman.worker import work

    work(read_settings())


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema, and give the provider its first keys and our faces."""
    from pydantic import SecretStr

    from kashiman.assembly import database_url
    from kashiman.provider_setup import set_up
    from kashiman.settings import read_settings
    from migrations.apply import migrate as run
    from migrations.apply import missing_steps

    settings = read_settings()
    url = database_url(settings)
    steps = missing_steps(url)
    run(url)
    set_up(settings.model_copy(update={"database_url": SecretStr(url)}))
    console.print(f"適用した手順: {', '.join(steps) or 'なし（最新です）'}")


@app.command("rotate-keys")
def rotate_keys() -> None:
    """Let the provider's next keys sign, and publish new ones."""
    from kashiman.provider_setup import rotate
    from kashiman.settings import read_settings
    from kashiman.wording.refusals import refusal_sentence
    from kernel.refusals import Refusal

    try:
        rotate(read_settings())
    except Refusal as refusal:
        console.print(f"✗ {refusal_sentence(refusal.code, refusal.facts, 'ja')}")
        raise typer.Exit(1) from None
    console.print("✓ 次の鍵に切りかえました")


@app.command("register-client")
def register_client(path: Annotated[Path, typer.Argument(help="アプリの説明（JSON）")]) -> None:
    """Let an application sign people in with Kashima ID, or describe it anew; see docs/identity.md."""
    from pydantic import ValidationError

    from kashiman.provider_setup import register
    from kashiman.settings import read_settings
    from kashiman.wording.refusals import refusal_sentence
    from kernel.refusals import Refusal

    try:
        client = register(read_settings(), path)
    except (ValidationError, OSError) as broken:
        console.print(f"✗ {path}: {broken}", markup=False)
        raise typer.Exit(2) from None
    except Refusal as refusal:
        console.print(f"✗ {refusal_sentence(refusal.code, refusal.facts, 'ja')}")
        raise typer.Exit(2) from None
    console.print(f"✓ {client.name_ja}（{client.id}）を登録しました")


@app.command("import-roll")
def import_roll(
    file: Annotated[Path, typer.Argument(help="住民名簿のCSV", exists=True, dir_okay=False)],
    base_date: Annotated[str, typer.Option("--base-date", help="基準日（2026-09-01）")],
    staff: Annotated[str, typer.Option(help="取り込む管理の担当のID")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="変わることを数えるだけで、何も変えない")] = False,
) -> None:
    """Take over an extract of the resident roll, or say what it would change."""
    from kashiman.roll_import import problem_lines, take_roll
    from kashiman.settings import read_settings
    from kashiman.wording.refusals import refusal_sentence
    from kernel.refusals import Refusal

    try:
        day, staff_id = date.fromisoformat(base_date), UUID(staff)
    except ValueError as broken:
        raise typer.BadParameter(str(broken)) from None
    try:
        content = file.read_bytes()
        report = take_roll(read_settings(), content, base_date=day, staff_id=staff_id, is_dry_run=dry_run)
    except Refusal as refusal:
        lines = [f"✗ {refusal_sentence(refusal.code, refusal.facts, 'ja')}", *problem_lines(refusal)]
        console.print("\n".join(lines), soft_wrap=True, markup=False, highlight=False)
        raise typer.Exit(1) from None
    console.print("\n".join(report.lines()), soft_wrap=True, markup=False, highlight=False)


@app.command()
def doctor() -> None:
    """Check that this installation can work, and say what is wrong."""
    from kashiman.doctor import examine
    from kashiman.settings import read_settings

    checks = examine(read_settings())
    for check in checks:
        line = f"{'✓' if check.is_well else '✗'} {check.name}: {check.found}"
        console.print(line, soft_wrap=True, markup=False)
    raise typer.Exit(0 if all(check.is_well for check in checks) else 1)


@app.command("check-books")
def check_books() -> None:
    """Let the auditor recompute the books; exit status 1 when they disagree, 2 when they cannot be read."""
    import psycopg

    from kashiman.assembly import database_url
    from kashiman.settings import read_settings
    from ledger.audit import audit_books

    options = "-c role=kashiman_auditor -c default_transaction_read_only=on"
    try:
        with psycopg.connect(database_url(read_settings()), options=options) as connection:
            report = audit_books(connection)
    except psycopg.OperationalError as broken:
        console.print(f"✗ データベース: {str(broken).strip()}")
        raise typer.Exit(2) from None
    for finding in report.findings:
        line = f"✗ {finding.check} {finding.subject}: {finding.expected} ≠ {finding.found}"
        console.print(line, soft_wrap=True, markup=False)
    console.print(f"仕訳 {report.figures.journals:,} 件、振替 {report.figures.transfers:,} 件")
    console.print("監査: 一致しました" if report.agrees else "監査: 一致しません")
    raise typer.Exit(0 if report.agrees else 1)


@app.command("verify-draw")
def verify_draw(
    directory: Path,
    receipts: Annotated[list[str] | None, typer.Argument(help="受付番号")] = None,
    strict: Annotated[bool, typer.Option(help="省いた検査があれば失敗とする")] = False,
) -> None:
    """Recompute a published draw from its files."""
    from issuance.lottery.verifier import verify

    raise typer.Exit(verify(directory, receipts or [], strict))


@app.command()
def demo(
    residents: Annotated[int, typer.Option(min=50, max=1_000_000, help="住民の数")] = 27_000,
    merchants: Annotated[int, typer.Option(min=1, max=10_000, help="加盟店の数")] = 300,
    seed: Annotated[int, typer.Option(help="同じ数なら同じ街")] = 7,
    once: Annotated[bool, typer.Option("--once", help="物語が終わったら終了する")] = False,
    out: Annotated[Path | None, typer.Option(help="結果を書く空のディレクトリ")] = None,
    port: Annotated[int, typer.Option(help="待ち受けるポート")] = 8720,
) -> None:
    """Invent Kashima, live half a year of its vouchers, audit the books, and stay up for a visit."""
    from kashiman.demo.run import DemoPlan
    from kashiman.demo.visit import run_demo
    from kashiman.settings import read_settings
    from kashiman.wording.refusals import refusal_sentence
    from kernel.refusals import Refusal

    settings = read_settings()
    plan = DemoPlan(settings.data_dir, residents, merchants, seed, out or (Path("demo-out") if once else None))
    try:
        agrees = run_demo(plan, settings.model_copy(update={"port": port}), console, once=once)
    except Refusal as refusal:
        console.print(f"✗ {refusal_sentence(refusal.code, refusal.facts, 'ja')}")
        raise typer.Exit(2) from None
    raise typer.Exit(0 if agrees else 1)


@app.command()
def screenshots(
    directory: Annotated[Path, typer.Argument(help="写真を書くディレクトリ", file_okay=False)],
    chromium: Annotated[str | None, typer.Option(help="Chromium の場所")] = None,
    residents: Annotated[int, typer.Option(min=300, help="住民の数")] = 600,
    merchants: Annotated[int, typer.Option(min=20, help="加盟店の数")] = 40,
    seed: Annotated[int, typer.Option(help="同じ数なら同じ街")] = 7,
) -> None:
    """Invent a small city and photograph the screens of its faces."""
    from kashiman.demo.picture_city import CannotPhotograph, SmallCity
    from kashiman.screenshots import take_screenshots
    from kashiman.settings import read_settings

    try:
        taken = take_screenshots(directory, read_settings(), SmallCity(residents, merchants, seed), chromium)
    except CannotPhotograph as missing:
        console.print(f"✗ {missing}", markup=False)
        raise typer.Exit(2) from None
    for path in taken:
        console.print(f"{path} {path.stat().st_size // 1_000} kB", highlight=False, markup=False)
