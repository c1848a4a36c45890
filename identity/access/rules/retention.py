"""How long access keeps what it holds (個人情報保護法, article 61: no longer than its purpose needs)."""

from datetime import datetime

from identity.access.model import Retention

RETENTIONS = (
    Retention("readings", 5, "claims against the city lapse after five years (地方自治法, article 236)"),
    Retention("audit_events", None, "names nobody; a chain with a piece cut out proves nothing"),
    Retention("audit_seals", None, "the chain of audit_events"),
    Retention("audit_unsealed", None, "each row goes when its event is sealed"),
)


def years_before(now: datetime, years: int) -> datetime:
    """The same instant of an earlier year; 29 February becomes 28 February."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)
