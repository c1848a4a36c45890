"""A message is sent once under its key; a used-up month, a rate limit and an outage are three different things."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from linebot.v3.messaging import ApiException

from identity.doors.gateway.line_messaging import LineMessages, LineMessagingApi, LineMessagingSettings
from identity.doors.gateway.refusals import (
    LineQuotaUsedUp,
    LineRecipientUnknown,
    LineSignatureInvalid,
    LineTextNotSendable,
)
from kashiman.demo.line_double.process import RunningLine, start_line_double
from kernel.refusals import ProviderDown


@pytest.fixture(scope="module")
def line() -> Iterator[RunningLine]:
    with start_line_double() as running:
        yield running


@pytest.fixture
def settings(line: RunningLine) -> LineMessagingSettings:
    line.control.limit(None)
    return LineMessagingSettings(access_token=line.bot_token, channel_secret=line.bot_secret, api_base=line.base)


@pytest.fixture
def messages(settings: LineMessagingSettings) -> LineMessages:
    return LineMessagingApi(settings)


def received(line: RunningLine, user_id: str) -> list[str | None]:
    return [text for recipient, text in line.control.sent() if recipient == user_id]


def test_a_message_arrives_once_however_often_its_key_is_used(line: RunningLine, messages: LineMessages) -> None:
    user_id, key = line.control.add_user("once"), uuid4()
    for _ in range(3):
        messages.push(user_id, "商品券の引換日は11月20日です。", key)
    messages.push(user_id, "別のお知らせです。", uuid4())
    assert received(line, user_id) == ["商品券の引換日は11月20日です。", "別のお知らせです。"]


def test_after_an_outage_the_same_key_is_asked_again(line: RunningLine, messages: LineMessages) -> None:
    user_id, key = line.control.add_user("again"), uuid4()
    line.control.fail_next(500)
    with pytest.raises(ProviderDown, match="status 500"):
        messages.push(user_id, "こんにちは", key)
    messages.push(user_id, "こんにちは", key)
    assert received(line, user_id) == ["こんにちは"]


def test_a_used_up_month_is_a_refusal_and_a_rate_limit_an_outage(line: RunningLine, messages: LineMessages) -> None:
    user_id = line.control.add_user("limits")
    line.control.limit("month")
    with pytest.raises(LineQuotaUsedUp):
        messages.push(user_id, "こんにちは", uuid4())
    line.control.limit("rate")
    with pytest.raises(ProviderDown, match="status 429"):
        messages.push(user_id, "こんにちは", uuid4())
    assert received(line, user_id) == []


def test_a_recipient_that_line_does_not_know_is_a_refusal(messages: LineMessages) -> None:
    for nobody in ("U" + "ff" * 16, "nobody"):
        with pytest.raises(LineRecipientUnknown):
            messages.push(nobody, "こんにちは", uuid4())


@pytest.mark.parametrize(("text", "length"), [("", 0), ("あ" * 5_001, 5_001), ("😀" * 2_501, 5_002)])
def test_a_text_that_line_would_not_take_is_refused_before_it_is_asked(
    line: RunningLine, messages: LineMessages, text: str, length: int
) -> None:
    line.control.limit("month")
    with pytest.raises(LineTextNotSendable) as refused:
        messages.push("U" + "0a" * 16, text, uuid4())
    assert refused.value.facts == {"length": length, "max_length": 5_000}


def test_the_longest_text_is_taken(line: RunningLine, messages: LineMessages) -> None:
    user_id = line.control.add_user("long")
    messages.push(user_id, "😀" * 2_500, uuid4())
    assert received(line, user_id) == ["😀" * 2_500]


def test_a_wrong_token_of_ours_surfaces_as_a_fault(settings: LineMessagingSettings) -> None:
    with pytest.raises(ApiException) as fault:
        LineMessagingApi(replace(settings, access_token="wrong")).push("U" + "0a" * 16, "こんにちは", uuid4())
    assert fault.value.status == 401


def test_asvs_16_5_2_line_that_is_silent_or_gone_is_an_outage_within_the_time_limit(
    settings: LineMessagingSettings,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ProviderDown, match="ReadTimeoutError"):
            LineMessagingApi(replace(settings, api_base=address, timeout_s=0.2)).push("U1", "こんにちは", uuid4())
    with pytest.raises(ProviderDown, match="NewConnectionError"):
        LineMessagingApi(replace(settings, api_base=address)).push("U1", "こんにちは", uuid4())


def test_what_line_posts_is_read_with_the_secret_of_the_official_account(
    line: RunningLine, messages: LineMessages
) -> None:
    user_id = line.control.add_user("writer")
    posted = line.control.write(user_id, "残高")
    event = messages.read_webhook(posted.body, posted.signature)[0]
    assert (event.kind, event.line_user_id, event.raw["message"]["text"]) == ("message", user_id, "残高")
    assert [event.event_id] == posted.event_ids
    forged = line.control.happen("follow", user_id, is_forged=True, follow={"isUnblocked": False})
    with pytest.raises(LineSignatureInvalid):
        messages.read_webhook(forged.body, forged.signature)


def test_settings_hide_token_and_secret_and_refuse_an_open_line(settings: LineMessagingSettings) -> None:
    assert settings.access_token not in repr(settings)
    assert settings.channel_secret not in repr(settings)
    with pytest.raises(ValueError, match="https"):
        replace(settings, api_base="http://api.line.me")
