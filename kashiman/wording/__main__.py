"""Write docs/refusals.md anew."""

from pathlib import Path

from kashiman.wording.page import refusals_page

PAGE = Path(__file__).parents[2] / "docs" / "refusals.md"

if __name__ == "__main__":
    PAGE.write_text(refusals_page(), encoding="utf-8")
