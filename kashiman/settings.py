"""What differs between one installation and another; read from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from identity.model import Acr
from kernel.clock import Clock, ShiftedClock, SystemClock
from merchants.model import JoiningTerms
from payments.cards.model import USUAL_LIMITS, CardLimits


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
    help_phone: str = ""
    city_guid: str = "jp.lg.city.kashima.pay"
    body_bytes_max: int = 64 * 1024
    pay_pool_size: int = 4
    general_pool_size: int = 12
    payment_queue_max: int = 2_000
    payment_batch_max: int = 200
    application_queue_max: int = 10_000
    application_batch_max: int = 500
    queues_in_own_processes: bool = False
    stripe_api_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_base: str | None = None
    shop_approval_by_two: bool = True
    account_cooling_days: Annotated[int, Field(ge=0, le=60)] = 7
    large_floor_above_m2: Annotated[int, Field(ge=0)] = 1_000
    card_limit_payment_yen: Annotated[int, Field(ge=0)] = USUAL_LIMITS.payment_yen
    card_limit_day_yen: Annotated[int, Field(ge=0)] = USUAL_LIMITS.day_yen
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
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_sender: str = ""
    smtp_ca_file: Path | None = None
    map_tiles: str = ""
    map_credit: str = ""
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
    def clock(self) -> Clock:
        """What time it is in this installation."""
        return ShiftedClock(timedelta(seconds=self.clock_shift_s)) if self.clock_shift_s else SystemClock()

    @property
    def joining(self) -> JoiningTerms:
        """What the city decides about shops that join, and about accounts that change."""
        return JoiningTerms(
            large_floor_above_m2=self.large_floor_above_m2,
            two_people=self.shop_approval_by_two,
            account_cooling_days=self.account_cooling_days,
        )

    @property
    def card_limits(self) -> CardLimits:
        """What a paper card pays at most without its PIN, in one payment and on one day."""
        return CardLimits(min(self.card_limit_payment_yen, self.card_limit_day_yen), self.card_limit_day_yen)

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
