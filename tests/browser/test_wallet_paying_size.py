"""What a telephone loads for any one screen: little, and the larger decoder only when it is needed."""

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

from kernel.pages import static_files

BUILT = Path(static_files.__file__).parent / "static/web"
BYTES_MAX = 60_000
ONLY_WHEN_NEEDED = "larger-decoder-"
AT_ONCE = re.compile(r"""(?:from|import)\s*["'](\.{1,2}/[^"']+\.js)["']""")
FOR_A_SCREEN = re.compile(r"""import\(\s*["'](\.{1,2}/[^"']+\.js)["']""")


def test_no_screen_of_the_wallet_needs_much_script_before_the_larger_decoder() -> None:
    everywhere = _loaded(BUILT / "wallet.js")
    screens = {script for loaded in everywhere for script in _named(loaded, FOR_A_SCREEN)}
    decoders = {script for script in screens if script.name.startswith("scanner-")}
    assert len(decoders) == 1, "the small decoder comes with the screen that scans"
    sizes = {script.name: _bytes(everywhere | _loaded(script)) for script in screens}
    assert max(sizes.values()) <= BYTES_MAX, sizes
    assert _bytes(everywhere) <= BYTES_MAX // 4, "every screen loads this"


def _loaded(script: Path) -> set[Path]:
    """A script and everything that comes with it at once."""
    return {script}.union(*(_loaded(imported) for imported in _named(script, AT_ONCE)))


def _named(script: Path, naming: re.Pattern[str]) -> set[Path]:
    found = {(script.parent / address).resolve() for address in naming.findall(script.read_text(encoding="utf-8"))}
    return {imported for imported in found if not imported.name.startswith(ONLY_WHEN_NEEDED)}


def _bytes(scripts: Iterable[Path]) -> int:
    return sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts)
