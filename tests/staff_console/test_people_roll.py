"""The resident roll at the console: first what would change, then the same file, and never what stands in a cell."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from identity.model import Holder, HolderKind, StaffRole
from kashiman.app import UPLOADS_BYTES_MAX
from kernel.db import Database
from kernel.http import BodyLimit
from staff_console.roll_upload import ROLL_FILE_BYTES_MAX
from tests.identity.roll.extracts import HANAKO, JIRO, TARO, died, moved_out, written
from tests.sign_ins import signed_in_cookie
from tests.staff_console.help_desk import Browser, HelpDesk

ADMIN = StaffRole.ADMIN
BASE_DAY = "2026-09-01"
FILE = written(TARO, HANAKO, JIRO, encoding="cp932")
IMPORTS = "SELECT number, imported_by, added, file_sha256 FROM identity.roll_imports ORDER BY number"


@pytest.fixture
def desk(make_database: Callable[..., Database]) -> HelpDesk:
    return HelpDesk(make_database)


@pytest.fixture
def admin(desk: HelpDesk) -> Browser:
    return desk.browser_of(ADMIN)


def sent(desk: HelpDesk, file: bytes = FILE, **facts: str) -> Any:
    return desk.post("/roll/imports", ADMIN, files={"file": ("roll.csv", file)}, data={"base_date": BASE_DAY, **facts})


def submitted(admin: Browser, path: str, file: bytes = FILE, **facts: str) -> Any:
    return admin.submit(path, files={"file": ("roll.csv", file)}, data={"base_date": BASE_DAY, **facts})


def sha256(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()


def test_a_dry_run_counts_and_changes_nothing(desk: HelpDesk) -> None:
    answer = sent(desk, dry_run="true")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["dry_run"], told["number"], told["is_replay"]) == (True, None, False)
    assert (told["counts"]["added"], told["file_sha256"]) == (3, sha256(FILE))
    assert desk.ask(IMPORTS) == []


def test_an_import_is_done_once_however_often_it_is_sent(desk: HelpDesk) -> None:
    first, second = sent(desk, file_sha256=sha256(FILE)), sent(desk)
    assert [answer.json()["number"] for answer in (first, second)] == [1, 1]
    assert [answer.json()["is_replay"] for answer in (first, second)] == [False, True]
    assert desk.ask(IMPORTS) == [(1, desk.clerks[ADMIN], 3, sha256(FILE))]
    events = desk.ask("SELECT kind, outcome, facts FROM identity.audit_events ORDER BY sequence")
    assert events == [("roll.imported", "succeeded", {"base_date": BASE_DAY})] * 2


def test_an_import_ends_the_sign_ins_of_who_died_and_of_nobody_else(desk: HelpDesk) -> None:
    sent(desk)
    for (person_id,) in desk.ask("SELECT person_id FROM identity.roll_entries"):
        signed_in_cookie(desk.pay, Holder(HolderKind.RESIDENT, person_id), desk.clock.now())
    assert sent(desk, written(died(TARO, "2026-08-31"), moved_out(JIRO, "2026-08-31"))).status_code == 200
    ended = "SELECT holder_id, ended_by FROM identity.sessions WHERE ended_at IS NOT NULL"
    (taro,) = desk.ask("SELECT person_id FROM identity.residence_events WHERE kind = 'died'")[0]
    assert desk.ask(ended) == [(taro, "died")]
    assert desk.ask("SELECT count(*) FROM identity.face_sessions WHERE ended_at IS NOT NULL") == [(1,)]


def test_another_file_than_the_one_looked_at_is_refused(desk: HelpDesk) -> None:
    answer = sent(desk, file_sha256=sha256(b"another"))
    assert (answer.status_code, answer.json()["code"]) == (409, "roll_file_differs")
    assert desk.ask(IMPORTS) == []


def test_asvs_8_2_1_other_desks_import_nothing_and_their_file_is_not_read(desk: HelpDesk) -> None:
    for role in set(StaffRole) - {ADMIN}:
        answer = desk.post("/roll/imports", role, content=b"no form at all")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
    assert desk.ask(IMPORTS) == []


@pytest.mark.parametrize("base_date", ["", "soon", "2026-09-31"])
def test_what_is_no_day_is_named(desk: HelpDesk, base_date: str) -> None:
    answer = sent(desk, base_date=base_date)
    assert (answer.status_code, answer.json()["code"]) == (422, "fields_invalid")
    assert answer.json()["facts"]["fields"] == ["base_date"]


def test_a_form_without_a_file_names_it(desk: HelpDesk) -> None:
    answer = desk.post("/roll/imports", ADMIN, data={"base_date": BASE_DAY})
    assert answer.json()["facts"]["fields"] == ["file"]
    torn = desk.post("/roll/imports", ADMIN, files={"one": b"1", "two": b"2"}, data={"base_date": BASE_DAY})
    assert (torn.status_code, torn.json()["code"]) == (400, "body_not_readable")


def test_the_page_shows_what_changes_and_takes_the_same_file_over(desk: HelpDesk, admin: Browser) -> None:
    preview = submitted(admin, "/roll/preview")
    assert preview.status_code == 200, preview.text
    assert "まだ何も変わっていません" in preview.text
    assert f'name="file_sha256" value="{sha256(FILE)}"' in preview.text
    assert desk.ask(IMPORTS) == []
    done = submitted(admin, "/roll/imports", file_sha256=sha256(FILE))
    assert (done.status_code, done.headers["location"]) == (303, "/staff/roll?done=1")
    assert "第1回を取り込みました" in admin.page("/roll?done=1")
    again = submitted(admin, "/roll/imports", file_sha256=sha256(FILE))
    assert again.headers["location"] == "/staff/roll?done=1"


def test_the_page_refuses_another_file_than_the_one_looked_at(desk: HelpDesk, admin: Browser) -> None:
    answer = submitted(admin, "/roll/imports", written(TARO), file_sha256=sha256(FILE))
    assert answer.status_code == 422
    assert "sentence for roll_file_differs" in answer.text
    assert "何も変わっていません" in answer.text
    assert desk.ask(IMPORTS) == []


def test_asvs_16_2_5_faults_are_told_by_row_and_column_without_what_stands_there(admin: Browser) -> None:
    wrong = written(TARO, HANAKO | {"生年月日": "2026-13-45", "名カナ": "Hanako"})
    answer = submitted(admin, "/roll/preview", wrong)
    assert answer.status_code == 422
    assert "sentence for roll_rows_unusable" in answer.text
    assert "なおすところ（2か所）" in answer.text
    assert "日付として読み取れません" in answer.text
    assert "カタカナ以外の文字があります" in answer.text
    assert "2026-13-45" not in answer.text
    assert "Hanako" not in answer.text


def test_a_my_number_is_told_by_its_cell_alone(desk: HelpDesk, admin: Browser) -> None:
    holding = written(TARO | {"方書": "123456789018"})
    answer = submitted(admin, "/roll/preview", holding)
    assert "マイナンバーらしい12桁の番号があります" in answer.text
    assert "123456789018" not in answer.text
    refused = sent(desk, holding)
    assert (refused.status_code, refused.json()["code"]) == (422, "roll_holds_my_number")
    events = desk.ask("SELECT outcome, facts->>'refusal_code' FROM identity.audit_events")
    assert events == [("refused", "roll_holds_my_number")]


def test_departures_are_counted_before_they_happen(desk: HelpDesk, admin: Browser) -> None:
    sent(desk)
    leaving = written(moved_out(TARO, "2026-08-31"), HANAKO)
    told = sent(desk, leaving, dry_run="true").json()["counts"]
    assert (told["moved_out"], told["unchanged"], told["absent"]) == (1, 1, 1)


def test_asvs_5_2_1_only_the_addresses_of_the_roll_take_a_large_file() -> None:
    assert (
        dict.fromkeys(
            ("/api/v1/staff/roll/imports", "/staff/roll/preview", "/staff/roll/imports"), 20 * 1024 * 1024 + 64 * 1024
        )
        == UPLOADS_BYTES_MAX
    )
    assert ROLL_FILE_BYTES_MAX == 20 * 1024 * 1024


def test_a_large_extract_passes_where_it_may_and_nowhere_else(desk: HelpDesk) -> None:
    desk.app.add_middleware(
        BodyLimit,
        bytes_max=1_000,
        wording=desk.app.state.wording,
        larger={"/api/v1/staff/roll/imports": 200_000},
    )
    many = written(*(TARO | {"住民番号": f"{number:010d}"} for number in range(500)))
    assert 50_000 < len(many) < 190_000
    assert sent(desk, many, dry_run="on").json()["counts"]["added"] == 500
    too_large = sent(desk, many + b"\r\n" * 100_000)
    assert (too_large.status_code, too_large.json()["code"]) == (413, "body_too_large")
    assert too_large.json()["facts"] == {"bytes_max": 200_000}
    elsewhere = desk.post("/people/search", StaffRole.HELP, content=b" " * 1_001)
    assert (elsewhere.status_code, elsewhere.json()["facts"]) == (413, {"bytes_max": 1_000})
