"""`kashiman import-roll`: what it says, what it changes, and with which status it ends."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

from identity.model import StaffRole
from identity.operations.add_staff import add_staff
from identity.roll.queries import list_imports
from kashiman.cli import app
from kernel.db import Database
from tests.identity.roll.extracts import HANAKO, JIRO, TARO, written

ImportRoll = Callable[..., Result]
BASE_DAY = "2026-09-01"


@pytest.fixture
def staff(make_database: Callable[..., Database]) -> Database:
    return make_database("kashiman_staff")


@pytest.fixture
def admin(staff: Database) -> UUID:
    return staff.run(lambda session: add_staff(session, display_name="住民係", roles=[StaffRole.ADMIN]))


@pytest.fixture
def import_roll(database_url: str, tmp_path: Path, admin: UUID) -> ImportRoll:
    """Run the command on a file with this content."""

    def run(file: bytes, *arguments: str, by: UUID = admin, base_date: str = BASE_DAY) -> Result:
        path = tmp_path / "roll.csv"
        path.write_bytes(file)
        environment = {"DATABASE_URL": database_url, "KASHIMAN_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "60"}
        told = ["import-roll", str(path), "--base-date", base_date, "--staff", str(by), *arguments]
        return CliRunner(env=environment).invoke(app, told)

    return run


def numbers(staff: Database) -> list[int]:
    return [each.number for each in staff.run(list_imports)]


def test_a_dry_run_counts_and_changes_nothing(import_roll: ImportRoll, staff: Database) -> None:
    told = import_roll(written(TARO, HANAKO, JIRO), "--dry-run")
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines() == [
        "✓ たしかめました（まだ何も変わっていません）",
        "追加 3、変更 0、転出 0、死亡 0、復帰 0、変更なし 0、登録なしの転出・死亡 0、ファイルにない住民 0",
    ]
    assert numbers(staff) == []


def test_an_import_is_done_once_however_often_it_is_typed(import_roll: ImportRoll, staff: Database) -> None:
    file = written(TARO | {"備考": "x"}, columns=(*TARO, "備考"))
    first, second = import_roll(file), import_roll(file)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.splitlines()[0] == "✓ 第1回を取り込みました"
    assert first.stdout.splitlines()[2] == "取り込まない列: 備考"
    assert second.stdout.splitlines()[0] == "✓ 第1回に取り込んだものと同じです（何も変わっていません）"
    assert numbers(staff) == [1]


def test_faults_are_told_by_row_and_column_without_what_stands_there(import_roll: ImportRoll, staff: Database) -> None:
    told = import_roll(written(TARO, HANAKO | {"生年月日": "2026-13-45"}))
    assert told.exit_code == 1
    assert told.stdout.splitlines()[1:] == ["  3行 生年月日: 日付として読み取れません"]
    assert "13-45" not in told.output
    assert numbers(staff) == []


def test_a_my_number_is_told_by_its_cell_alone(import_roll: ImportRoll) -> None:
    told = import_roll(written(TARO | {"方書": "123456789018"}))
    assert (told.exit_code, "123456789018" in told.output) == (1, False)
    assert told.stdout.splitlines()[1:] == ["  2行 方書: マイナンバーらしい12桁の番号があります"]


def test_only_an_administrator_imports(import_roll: ImportRoll, staff: Database) -> None:
    helper = staff.run(lambda session: add_staff(session, display_name="窓口", roles=[StaffRole.HELP]))
    for by in (helper, uuid4()):
        for flag in ((), ("--dry-run",)):
            assert import_roll(written(TARO), *flag, by=by).exit_code == 1
    assert numbers(staff) == []


def test_what_cannot_be_read_as_a_day_or_an_id_ends_with_status_2(import_roll: ImportRoll) -> None:
    assert import_roll(written(TARO), base_date="soon").exit_code == 2
