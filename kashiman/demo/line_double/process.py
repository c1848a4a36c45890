"""Starting the double as a process of its own and stopping it again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kashiman.demo.doubles.process import running_double
from kashiman.demo.line_double.account import (
    DOUBLE_BOT_SECRET,
    DOUBLE_BOT_TOKEN,
    DOUBLE_CHANNEL_ID,
    DOUBLE_CHANNEL_SECRET,
    DOUBLE_LIFF_ID,
)
from kashiman.demo.line_double.control import LineControl
from kashiman.demo.line_double.liff_sdk import SDK_PATH


@dataclass(frozen=True)
class RunningLine:
    """Where the double listens (login page and API alike), what it accepts and signs with, and its controls."""

    base: str
    channel_id: str
    channel_secret: str
    bot_token: str
    bot_secret: str
    control: LineControl
    liff_id: str = DOUBLE_LIFF_ID

    @property
    def liff_sdk(self) -> str:
        """Where the script for mini apps is."""
        return self.base + SDK_PATH


@contextmanager
def start_line_double(
    redirect_uris: Sequence[str] = (),
    *,
    webhook_url: str | None = None,
    clock_shift_s: float = 0.0,
    port: int | None = None,
) -> Iterator[RunningLine]:
    """Run the double for the length of the block, on a free loopback port or `port`; see `running_double`."""
    arguments = ["--clock-shift-s", str(clock_shift_s)]
    for redirect_uri in redirect_uris:
        arguments += ["--redirect-uri", redirect_uri]
    if webhook_url is not None:
        arguments += ["--webhook-url", webhook_url]
    with running_double("kashiman.demo.line_double", arguments, port) as base:
        control = LineControl(base)
        try:
            yield RunningLine(
                base, DOUBLE_CHANNEL_ID, DOUBLE_CHANNEL_SECRET, DOUBLE_BOT_TOKEN, DOUBLE_BOT_SECRET, control
            )
        finally:
            control.close()
