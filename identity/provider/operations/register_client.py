"""Register an application, or describe it anew."""

from datetime import datetime

from sqlmodel import Session

from identity.provider.model import Client
from identity.provider.rules.clients import demand_sound_client
from identity.provider.store import clients as store


def register_client(session: Session, client: Client, *, now: datetime) -> None:
    """Register an application, or describe the one of this name anew. Refuses ClientDescriptionInvalid."""
    demand_sound_client(client)

    # Nothing below this line may refuse.
    store.save_client(session, client, now)
