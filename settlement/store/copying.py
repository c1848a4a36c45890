"""How many rows enter a table at once."""

from collections.abc import Iterable, Sequence

from psycopg import sql
from sqlmodel import Session

from kernel.db import driver_connection


def copy_rows(session: Session, table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    """Send rows of one table of the schema as one stream; `columns` are names between spaces, in the rows' order."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    statement = sql.SQL("COPY settlement.{} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with driver_connection(session).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
