"""What differs between one installation and another; read from the environment."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from identity.model import Acr


class Settings(BaseSettings):
    """All settings, from KASHIMAN_* variables; DATABASE_URL names a PostgreSQL of your own.

    Without DATABASE_URL an embedded server is started below `data_dir`. Keys are read from `data_dir`/keys and made
    there at the first start. `staff_acr` is how members of staff must sign in: a passkey, unless a demonstration says
    otherwise. LINE and the agency are doors that stay closed until they are configured.
    """

    model_config = SettingsConfigDict(env_prefix="KASHIMAN_", extra="ignore")

    database_url: SecretStr | None = None
    data_dir: Path = Path(".kashiman")
    host: str = "127.0.0.1"
    port: int = 8720
    base_url: str = ""
    city_guid: str = "jp.lg.city.kashima.pay"
    body_bytes_max: int = 64 * 1024
    pay_pool_size: int = 4
    general_pool_size: int = 12
    payment_queue_max: int = 2_000
    payment_batch_max: int = 200
    payments_in_own_process: bool = False
    stripe_api_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_base: str | None = None
    clock_shift_s: float = 0
    address_header: str = ""
    staff_acr: Acr = Acr.STAFF
    line_channel_id: str = ""
    line_channel_secret: SecretStr = SecretStr("")
    line_bot_secret: SecretStr = SecretStr("")
    line_bot_token: SecretStr = SecretStr("")
    line_liff_id: str = ""
    line_liff_sdk: str = "https://static.line-scdn.net/liff/edge/2/sdk.js"
    line_authorization_base: str = "https://access.line.me"
    line_api_base: str = "https://api.line.me"
    drand_relays: tuple[str, ...] = (
        "https://api.drand.sh",
        "https://api2.drand.sh",
        "https://api3.drand.sh",
        "https://drand.cloudflare.com",
    )
    agency_issuer: str = ""
    agency_client_id: str = ""
    agency_name: str = "マイナアプリ"
    bench: bool = False

    @property
    def issuer(self) -> str:
        """The address this installation is known by."""
        return self.base_url or f"http://{self.host}:{self.port}"


class DatabaseSettings(BaseSettings):
    """DATABASE_URL as every hosting platform spells it."""

    database_url: SecretStr | None = None


def read_settings() -> Settings:
    """Read the environment once."""
    settings = Settings()
    return settings.model_copy(update={"database_url": settings.database_url or DatabaseSettings().database_url})
