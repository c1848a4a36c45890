"""Directories and locks of our own, in places where others may have been first."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class UnsafeDirectory(Exception):
    """A directory we would have to trust is somebody else's, can be written by others or is no directory."""


def own_directory(path: Path) -> None:
    """Make a directory, mode 0700, or take one that is there; refuses what `refuse_unsafe` refuses."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    refuse_unsafe(path)


def refuse_unsafe(path: Path) -> None:
    """Raise UnsafeDirectory unless the path is a directory (no link), is ours and only we may write to it."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise UnsafeDirectory(f"{path} is not a directory")
    if found.st_uid != os.geteuid():
        raise UnsafeDirectory(f"{path} belongs to user {found.st_uid}, not to us")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UnsafeDirectory(f"{path} can be written by others (mode {stat.S_IMODE(found.st_mode):04o})")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file alone, against threads and processes; the kernel frees it when the holder dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
