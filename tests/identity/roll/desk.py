"""The desk of a clerk who imports the roll, with real commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from sqlmodel import Session

from identity.model import ResidentProfile
from identity.queries import resident_profile
from identity.roll.model import ImportedRoll, RollPreview
from identity.roll.operations.import_roll import import_roll
from identity.roll.queries import is_resident_on, preview_import
from kernel.clock import city_time
from kernel.db import Database, driver_connection
from tests.identity.roll.extracts import BASE_DATE, KEY

NOW = city_time(date(2026, 12, 20), 10)
TABLES: tuple[LiteralString, ...] = (
    "people",
    "households",
    "sign_in_codes",
    "roll_imports",
    "roll_entries",
    "residence_events",
)


@dataclass(frozen=True)
class Desk:
    """The database as the role of the consoles, the clerk, and the database as residents ask about themselves."""

    database: Database
    clerk: UUID
    residents: Database

    def take(self, file: bytes, *, base_date: date = BASE_DATE, now: datetime = NOW) -> ImportedRoll:
        """Import a file."""
        return self.database.run(
            lambda session: import_roll(session, file, base_date=base_date, imported_by=self.clerk, key=KEY, now=now)
        )

    def preview(self, file: bytes, *, base_date: date = BASE_DATE) -> RollPreview:
        """Ask what an import would change."""
        with self.database.transaction() as session:
            return preview_import(session, file, base_date=base_date, key=KEY, now=NOW)

    def person(self, row: Mapping[str, str]) -> UUID:
        """The person of a row, found by the given name."""
        found: dict[str, UUID] = dict(self.ask_residents("SELECT given_name, id FROM identity.people"))
        return found[row["名"]]

    def profile(self, row: Mapping[str, str]) -> ResidentProfile:
        """What is registered of the person of a row."""
        person_id = self.person(row)
        return self.residents.run(lambda session: resident_profile(session, person_id))

    def lives_here(self, row: Mapping[str, str], on: date) -> bool:
        """Whether the person of a row lives in the city on a day."""
        person_id = self.person(row)
        return self.database.run(lambda session: is_resident_on(session, [person_id], on))[person_id]

    def ask(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        """Rows of a statement, as the console may ask."""
        return _rows(self.database, statement)

    def ask_residents(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        """Rows of a statement, as the residents' own processes may ask."""
        return _rows(self.residents, statement)

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table that an import may write."""
        ask = {"people": self.ask_residents}
        return {
            table: ask.get(table, self.ask)("SELECT t::text FROM identity." + table + " AS t ORDER BY 1")
            for table in TABLES
        }


def _rows(database: Database, statement: LiteralString) -> list[tuple[Any, ...]]:
    def work(session: Session) -> list[tuple[Any, ...]]:
        return driver_connection(session).execute(statement, binary=True).fetchall()

    return database.run(work)
