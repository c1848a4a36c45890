"""Run the SQL file that stands beside a revision."""

from pathlib import Path

from alembic import op


def run_sql(revision_file: str, *, as_owner: bool = True) -> None:
    """Run `<revision>.sql` as the owner of all tables, waiting at most five seconds for any lock."""
    connection = op.get_bind()
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    if as_owner:
        connection.exec_driver_sql("SET LOCAL ROLE kashiman_owner")
    sql = Path(revision_file).with_suffix(".sql").read_text(encoding="utf-8")
    connection.exec_driver_sql(sql.replace("%", "%%"))
    connection.exec_driver_sql("RESET ROLE")
