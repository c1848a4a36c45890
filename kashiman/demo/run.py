"""Tell the story of the city from the roll to the auditor's verdict."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import psycopg

from issuance.gateway import StripeProvider
from kashiman.demo.calendar import CITY_FOUNDED_ON
from kashiman.demo.population import make_city
from kashiman.demo.story import reporting, season, settling_in
from kashiman.demo.story.world import Databases, World, new_progress
from kashiman.demo.stripe_double.process import RunningDouble, start_stripe_double
from kashiman.keys import load_keys
from kernel.clock import SetClock, city_time
from kernel.db import Database
from kernel.embedded_postgres import EmbeddedPostgres, start
from kernel.refusals import Kind, Refusal
from ledger.audit import AuditReport
from migrations.apply import migrate

DATABASE = "demo"


@dataclass(eq=False)
class DirectoryNotEmpty(Refusal):
    """The directory for the results holds something already; nothing is overwritten."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    directory: str


@dataclass(eq=False)
class DemoAlreadyRunning(Refusal):
    """Another demo of this directory is still running."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    connections: int


@dataclass(frozen=True)
class DemoPlan:
    """How large a city to invent, by which seed, and where its results go."""

    data_dir: Path
    residents: int = 27_000
    merchants: int = 300
    seed: int = 7
    out: Path | None = None


@dataclass
class Told:
    """A story that was told: its figures, the auditor's report, and the city it left behind."""

    summary: dict[str, Any]
    report: AuditReport
    world: World
    url: str
    double: RunningDouble


@contextmanager
def tell_story(plan: DemoPlan) -> Iterator[Told]:
    """Invent the city, live half a year in it, audit it; database and payment provider stay up inside the block.

    Refuses, in this order: DirectoryNotEmpty, DemoAlreadyRunning.
    """
    if plan.out is not None and plan.out.exists() and any(plan.out.iterdir()):
        raise DirectoryNotEmpty(directory=str(plan.out))
    with ExitStack() as stack:
        url = _fresh_database(
            start(plan.data_dir / "demo-postgres", settings={"max_wal_size": "1GB", "autovacuum_naptime": "5s"})
        )
        double = stack.enter_context(start_stripe_double())
        progress = stack.enter_context(new_progress())
        world = World(
            city=make_city(plan.residents, plan.merchants, plan.seed, base_date=CITY_FOUNDED_ON),
            seed=plan.seed,
            databases=stack.enter_context(_databases(url)),
            keys=load_keys(plan.data_dir / "keys"),
            provider=StripeProvider(double.api_key, double.webhook_secret, double.api_base),
            double=double.control,
            clock=SetClock(city_time(CITY_FOUNDED_ON)),
            progress=progress,
        )
        _live(world)
        report = reporting.audit(world)
        summary = _report(world, report, plan.out)
        progress.stop()
        yield Told(summary, report, world, url, double)


def _live(world: World) -> None:
    settling_in.hire_staff(world)
    settling_in.enter_people(world)
    settling_in.open_shops(world)
    season.live(world)


def _report(world: World, report: AuditReport, out: Path | None) -> dict[str, Any]:
    """Write what everybody may check; without a directory the bank files are still read back and compared."""
    with ExitStack() as stack:
        place = out or Path(stack.enter_context(TemporaryDirectory(prefix="kashiman-demo-")))
        place.mkdir(parents=True, exist_ok=True)
        reporting.write_draws(world, place / "draw")
        bank_files = reporting.write_settlement(world, place / "settlement")
        summary = reporting.summarise(world, report, bank_files)
        if out is not None:
            reporting.write_books(world, place / "books")
            reporting.write_summary(summary, place)
    return summary


@contextmanager
def _databases(url: str) -> Iterator[Databases]:
    """One pool for each class of process, closed at the end."""
    roles = ("pay", "apply", "staff", "worker", "auditor")
    made = {role: Database(url, role=f"kashiman_{role}", statement_timeout_ms=120_000) for role in roles}
    try:
        yield Databases(**made)
    finally:
        for database in made.values():
            database.close()


def _fresh_database(server: EmbeddedPostgres) -> str:
    """An empty, migrated database in place of the demo before. Refuses: DemoAlreadyRunning."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        used = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
        row = connection.execute(used, [DATABASE]).fetchone()
        if row and row[0]:
            raise DemoAlreadyRunning(connections=row[0])
        connection.execute(f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{DATABASE}"')
    migrate(server.url(DATABASE))
    return server.url(DATABASE)
