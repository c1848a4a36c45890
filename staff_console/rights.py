"""Who may do what: every address and every link of the console takes its roles from here."""

from identity.model import StaffRole

EVERYBODY = tuple(StaffRole)
CAMPAIGN_READERS = (StaffRole.COMMERCE, StaffRole.HELP, StaffRole.AUDIT)
COUNTER_CLERKS = (StaffRole.COMMERCE, StaffRole.HELP)
BOOK_READERS = (StaffRole.FINANCE, StaffRole.AUDIT)
BOOK_KEEPERS = (StaffRole.FINANCE,)
AUDITORS = (StaffRole.AUDIT,)
HELP_DESK = (StaffRole.HELP,)
DELETERS = (StaffRole.HELP, StaffRole.ADMIN)
ROLL_KEEPERS = (StaffRole.ADMIN,)
PASSKEY_CONFIRMERS = (StaffRole.ADMIN,)
