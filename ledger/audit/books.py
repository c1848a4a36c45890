"""One audit: every check against one snapshot of the books."""

from collections import Counter
from typing import Any

import psycopg

from ledger.audit.flows import check_flows, figures_of, read_flows
from ledger.audit.journals import check_journals
from ledger.audit.payouts import check_payouts
from ledger.audit.replay import replay_holds, replay_lots
from ledger.audit.report import AuditReport, Findings
from ledger.audit.reversals import check_reversals
from ledger.audit.totals import check_totals


def audit_books(connection: psycopg.Connection[Any]) -> AuditReport:
    """Recompute the books from their journals and compare everything that was stored beside them.

    `connection` must not be in a transaction; all is read from one snapshot, so postings may go on meanwhile. The role
    `kashiman_auditor` is enough. Rows are streamed: memory does not grow with the number of transfers or lots.
    """
    findings = Findings()
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute("SET LOCAL work_mem = '64MB'")
        connection.execute("SET LOCAL jit = off")
        connection.execute("SET LOCAL statement_timeout = 0")
        connection.execute("SET LOCAL cursor_tuple_fraction = 1")
        flows = read_flows(connection)
        check_flows(connection, flows, findings)
        moved = Counter[str]()
        moved.update(replay_lots(connection, findings))
        moved.update(replay_holds(connection, findings))
        moved.update(check_totals(connection, findings))
        all_yen = sum(flow.amount_yen for flow in flows)
        findings.compare("debits equal credits", "all debits", all_yen, moved["debit_yen"])
        findings.compare("debits equal credits", "all credits", all_yen, moved["credit_yen"])
        check_reversals(connection, findings)
        check_payouts(connection, findings)
        check_journals(connection, findings)
        figures = figures_of(connection, flows)
    found = findings.all()
    return AuditReport(agrees=not found, findings=found, figures=figures)
