"""One LINE provider in memory: its users, a login channel, and an official account that can write to them."""

import hashlib
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kashiman.demo.doubles.codes import CodeDesk, EarlierLogin
from kashiman.demo.doubles.signing import SigningKeys
from kernel.clock import Clock

LINE_ISSUER = "https://access.line.me"
DOUBLE_CHANNEL_ID = "1650000001"
DOUBLE_CHANNEL_SECRET = "5f1d8a0c3b7e4926a1c0d9e8f7b6a543"
DOUBLE_LIFF_ID = "1650000001-AbCdEfGh"
DOUBLE_BOT_SECRET = "0a9b8c7d6e5f40312233445566778899"
DOUBLE_BOT_TOKEN = "token-of-the-double"
CODES_LIVE, ACCESS_TOKENS_LIVE = timedelta(minutes=10), timedelta(days=30)
INVENTED_NAMES = ("はなこ", "たろう", "みかん農家", "ゆうとく", "がたりん")


@dataclass(frozen=True, slots=True)
class LineUser:
    """Somebody with a LINE account; the id is the same in every channel of this provider."""

    user_id: str
    name: str


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What an access token of a login opens, and until when."""

    user_id: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(kw_only=True)
class LineAccount:
    """Everything the double knows."""

    clock: Clock
    channel_id: str = DOUBLE_CHANNEL_ID
    channel_secret: str = DOUBLE_CHANNEL_SECRET
    bot_token: str = DOUBLE_BOT_TOKEN
    bot_secret: str = DOUBLE_BOT_SECRET
    redirect_uris: set[str] = field(default_factory=set)
    webhook_url: str | None = None
    keys: SigningKeys = field(default_factory=SigningKeys)
    desk: CodeDesk = field(default_factory=lambda: CodeDesk(CODES_LIVE))
    users: dict[str, LineUser] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    outages: deque[int] = field(default_factory=deque)
    earlier_login: EarlierLogin = field(default_factory=EarlierLogin)
    tells_login: bool = True
    liff_id: str = DOUBLE_LIFF_ID
    telephone_of: str | None = None
    camera_sees: str | None = None

    def __post_init__(self) -> None:
        for name in INVENTED_NAMES:
            self.add_user(name)

    def add_user(self, name: str) -> LineUser:
        """Invent a user, or find the one who has this name already."""
        user = LineUser(f"U{hashlib.sha256(name.encode()).hexdigest()[:32]}", name)
        return self.users.setdefault(user.user_id, user)

    def open_access(self, user_id: str, scopes: frozenset[str]) -> str:
        """Make an access token of a login."""
        token = secrets.token_urlsafe(32)
        self.access_tokens[token] = AccessToken(user_id, scopes, self.clock.now() + ACCESS_TOKENS_LIVE)
        return token

    def access(self, token: str | None) -> AccessToken | None:
        """What a token opens now."""
        access = self.access_tokens.get(token or "")
        return access if access is not None and self.clock.now() < access.expires_at else None
