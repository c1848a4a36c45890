"""The queue of jobs, as its library defines it."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0009_jobs"
down_revision = "0008_settlement"

GRANTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO kashiman_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA jobs TO kashiman_app;
GRANT USAGE ON SCHEMA jobs TO kashiman_app;
"""


def upgrade() -> None:
    """Make the queue in a schema of its own; processes find it through their search_path."""
    connection = op.get_bind()
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    connection.exec_driver_sql("SET LOCAL ROLE kashiman_owner")
    connection.exec_driver_sql("CREATE SCHEMA jobs")
    connection.exec_driver_sql("SET LOCAL search_path = jobs")
    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    connection.exec_driver_sql(GRANTS)
    connection.exec_driver_sql("RESET search_path")
    connection.exec_driver_sql("RESET ROLE")
