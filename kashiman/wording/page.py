"""The page docs/refusals.md: every refusal and outage with its status, facts and sentences."""

import dataclasses
import importlib
import pkgutil
from types import ModuleType

from kashiman.wording import en, ja
from kernel.http import STATUS_BY_KIND
from kernel.refusals import REFUSALS_BY_CODE, Outage, Refusal

BELOW = ("kernel", "ledger", "identity", "merchants", "issuance", "payments", "settlement")
PACKAGES = (*BELOW, "wallet_api", "merchant_portal", "staff_console", "identity_provider", "kashiman")
OUTAGES: dict[str, type[Outage]] = {outage.code: outage for outage in Outage.__subclasses__()}

OPENING = """# Every expected no

Written by `python -m kashiman.wording`; a test compares this page with the code.

A refusal changed nothing but its own record. It is answered as a problem document (RFC 9457) with the `code` below, the
status, the facts, and one sentence in the language that the request asks for: 日本語 (the default), English (`en`) or
やさしい日本語 (`ja-easy`, in `kashiman/wording/easy`). In a sentence `{name}` is a fact, and a clause in `[…]` is left
out when one of its facts is missing. An outage means not now, or not known: it says in `Retry-After` when to ask again.
"""


def refusals_page() -> str:
    """Write the page, one table for each catalogue in the order of the catalogues."""
    refusals = known_refusals()
    return "\n".join([OPENING, *(_section(catalogue, refusals) for catalogue in ja.CATALOGUES)])


def known_refusals() -> dict[str, type[Refusal]]:
    """Every refusal of the system by its code, after importing every module of the system."""
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".__main__"):
                importlib.import_module(module.name)
    return {code: refusal for code, refusal in REFUSALS_BY_CODE.items() if refusal.__module__.split(".")[0] in PACKAGES}


def _section(catalogue: ModuleType, refusals: dict[str, type[Refusal]]) -> str:
    heading = f"## {(catalogue.__doc__ or '').strip().rstrip('.')}\n"
    head = "| code | status | kind | 日本語 | English | facts |\n| --- | --- | --- | --- | --- | --- |"
    return "\n".join([heading, head, *(_row(code, refusals.get(code)) for code in catalogue.SENTENCES), ""])


def _row(code: str, refusal: type[Refusal] | None) -> str:
    status, kind = (STATUS_BY_KIND[refusal.kind], refusal.kind.value) if refusal else (503, "outage")
    names = [field.name for field in dataclasses.fields(refusal)] if refusal else []
    facts = ", ".join(f"`{name}`" for name in names)
    cells = [f"`{code}`", str(status), kind, ja.TONGUE.sentences[code], en.TONGUE.sentences[code], facts]
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
