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
PLANNERS = (StaffRole.COMMERCE,)
PLAN_APPROVERS = (StaffRole.COMMERCE, StaffRole.FINANCE)
PLAN_READERS = (StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.AUDIT)
EFFECT_READERS = (StaffRole.COMMERCE, StaffRole.AUDIT)
SURVEY_WRITERS = (StaffRole.COMMERCE,)
EXPIRERS = (StaffRole.COMMERCE, StaffRole.FINANCE)
DRAWERS = (StaffRole.COMMERCE, StaffRole.FINANCE)
DRAW_READERS = (StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.HELP, StaffRole.AUDIT)
EXPIRY_READERS = (StaffRole.COMMERCE, StaffRole.FINANCE, StaffRole.HELP, StaffRole.AUDIT)
