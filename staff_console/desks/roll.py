"""Taking over an extract of the resident roll: first what it would change, then the same file for good."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from identity.provider.operations.end_sessions_of_the_dead import end_sessions_of_the_dead
from identity.roll.model import ImportedRoll, RollImport, RollPreview
from identity.roll.operations.import_roll import import_roll
from identity.roll.queries import list_imports, preview_import
from kernel.db import Session
from staff_console.desks.recording import recorded
from staff_console.parts import ConsoleParts
from staff_console.refusals import RollFileDiffers
from staff_console.viewer import StaffViewer

IMPORTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class RollUpload:
    """An extract as a clerk sent it; `looked_at_sha256` is of the file whose changes were shown before."""

    file: bytes = field(repr=False)
    base_date: date
    is_dry_run: bool = False
    looked_at_sha256: str | None = None

    @property
    def sha256(self) -> str:
        """The file's SHA-256 in hexadecimal."""
        return hashlib.sha256(self.file).hexdigest()


def preview(parts: ConsoleParts, upload: RollUpload) -> RollPreview:
    """What an import would change at this moment. Refuses as `preview_import`."""
    with parts.database.transaction() as session:
        return preview_import(
            session, upload.file, base_date=upload.base_date, key=parts.roll_key, now=parts.clock.now()
        )


def take_over(parts: ConsoleParts, viewer: StaffViewer, upload: RollUpload) -> ImportedRoll:
    """Import an extract, and end the sign-ins of those who died; the same file as of the same day changes nothing.

    Refuses, in this order: RollFileDiffers when another file was looked at; what `import_roll` refuses.
    """
    if upload.looked_at_sha256 not in (None, upload.sha256):
        raise RollFileDiffers
    now = parts.clock.now()

    def work(session: Session) -> ImportedRoll:
        done = import_roll(
            session,
            upload.file,
            base_date=upload.base_date,
            imported_by=viewer.staff_id,
            key=parts.roll_key,
            now=now,
        )
        end_sessions_of_the_dead(session, done.died, now=now)
        return done

    return recorded(parts, "roll.imported", work, staff_id=viewer.staff_id, base_date=upload.base_date.isoformat())


def latest_imports(parts: ConsoleParts) -> list[RollImport]:
    """The newest imports, the newest first."""
    with parts.database.transaction() as session:
        return list_imports(session, IMPORTS_SHOWN)
