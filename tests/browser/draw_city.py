"""A server with draws in every state, for a browser that looks at the public's pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from issuance.operations.close_round import close_round
from kashiman.processes import free_port, running, wait_until_ready
from kernel.db import Database
from tests.issuance.market import CAMPAIGN, CLOSES, ROUND, Market

REQUESTS = (5, 3, 2, 5, 1)


@dataclass(frozen=True)
class DrawCity:
    """Where the pages are, and the receipts of each draw by the number of the person."""

    origin: str
    drawn: list[str]
    closed: list[str]

    def page(self, slug: str) -> str:
        """The address of a draw: `drawn-1`, `frozen-1`, `closed-1` or `open-1`."""
        return f"{self.origin}/draws/{slug}"


@contextmanager
def draw_city(url: str) -> Iterator[DrawCity]:
    """Make the draws in this database and serve them until the block ends."""
    opened: list[Database] = []

    def make_database(role: str) -> Database:
        opened.append(Database(url, role=role))
        return opened[-1]

    _market(make_database, "open")
    closed = _market(make_database, "closed")
    closed_receipts = closed.apply_for(REQUESTS)
    closed.staff.run(lambda session: close_round(session, closed.round_id, now=CLOSES))
    _market(make_database, "frozen").frozen(REQUESTS)
    drawn = _market(make_database, "drawn")
    drawn_receipts = drawn.apply_for(REQUESTS)
    drawn.drawn(())
    for database in opened:
        database.close()
    with TemporaryDirectory(prefix="kashiman-draws-") as home:
        port = free_port()
        origin = f"http://localhost:{port}"
        environment = {
            "DATABASE_URL": url,
            "KASHIMAN_DATA_DIR": str(Path(home)),
            "KASHIMAN_PORT": str(port),
            "KASHIMAN_BASE_URL": origin,
        }
        with running("serve", environment) as server:
            wait_until_ready(port, server)
            yield DrawCity(origin, drawn_receipts, closed_receipts)


def _market(make_database: Callable[[str], Database], name: str) -> Market:
    market = Market(make_database)
    market.opened(replace(ROUND, slug=f"{name}-1"), replace(CAMPAIGN, slug=name, title=f"商品券 {name}"))
    return market
