"""The second opinion: recomputes the books from journals and transfers alone and says where the rest differs.

Shares no code with what writes the books (nothing of ledger.model, ledger.rules, ledger.store or ledger.operations),
knows the rules from the specification in constants of its own, reads as `kashiman_auditor`, and repairs nothing.
"""

from ledger.audit.books import audit_books
from ledger.audit.report import AuditFigures, AuditReport, Finding

__all__ = ["AuditFigures", "AuditReport", "Finding", "audit_books"]
