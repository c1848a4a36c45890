"""A table opens in a spreadsheet as it was written, and nothing in it runs."""

import pytest

from kernel.documents import csv_bytes


def test_the_bytes_of_a_table() -> None:
    written = csv_bytes(["店名", "額"], [["青果, 山田", -200], ['"丸"', 10]])
    assert written == '\ufeff店名,額\r\n"青果, 山田",-200\r\n"""丸""",10\r\n'.encode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_a_text_that_could_run_is_held_down(start: str) -> None:
    assert csv_bytes(["a"], [[f"{start}cmd|' /C calc'!A0"]]) == f"\ufeffa\r\n'{start}cmd|' /C calc'!A0\r\n".encode()


@pytest.mark.parametrize("start", ["\r", "\n"])
def test_a_text_that_starts_on_a_new_line_is_held_down_and_quoted(start: str) -> None:
    assert csv_bytes(["a"], [[f"{start}=1"]]) == f'\ufeffa\r\n"\'{start}=1"\r\n'.encode()


def test_other_texts_stay() -> None:
    assert csv_bytes(["a"], [["a=b"], [""], ["'x"]]) == '\ufeffa\r\na=b\r\n""\r\n\'x\r\n'.encode()
