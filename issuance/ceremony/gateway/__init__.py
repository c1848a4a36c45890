"""The beacon's relays: asked for a round's signature, which is believed only once it verifies."""

from issuance.ceremony.gateway.relays import gather_beacon

__all__ = ["gather_beacon"]
