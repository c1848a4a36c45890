from pathlib import Path

import pytest

from kernel.own_directories import UnsafeDirectory, own_directory


def test_a_new_directory_is_ours_alone(tmp_path: Path) -> None:
    own_directory(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_directory_of_ours_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir(mode=0o755)
    own_directory(tmp_path / "there")
    assert (tmp_path / "there").stat().st_mode & 0o777 == 0o755


def test_a_link_to_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(UnsafeDirectory, match="is not a directory"):
        own_directory(tmp_path / "link")


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_directory_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(mode)
    with pytest.raises(UnsafeDirectory, match="can be written by others"):
        own_directory(tmp_path / "open")
