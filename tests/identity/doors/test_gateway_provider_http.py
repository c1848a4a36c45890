"""An answer is an object, a refusal of the code, or an outage; what a provider says of us surfaces."""

import socket
from typing import Any

import httpx
import pytest

from identity.doors.gateway.provider_http import ProviderHttp, check_address
from identity.doors.gateway.refusals import ProviderCodeRefused
from identity.doors.model import Provider
from kernel.refusals import ProviderDown
from tests.identity.doors.provider_script import ScriptedProvider, json_answer

URL = "https://provider.example/token"


def ask(answer: httpx.Response | Exception) -> dict[str, Any]:
    script = ScriptedProvider({"token": answer})
    return ProviderHttp(Provider.DAS, 1.0, script.transport).post_form(URL, {"code": "c-1"})


def test_an_object_is_answered_as_it_came() -> None:
    assert ask(json_answer({"a": 1})) == {"a": 1}


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff", b'"text"'])
def test_an_answer_that_is_no_object_is_an_outage(content: bytes) -> None:
    with pytest.raises(ProviderDown):
        ask(httpx.Response(200, content=content))


def test_only_invalid_grant_with_400_refuses_the_code() -> None:
    with pytest.raises(ProviderCodeRefused) as refused:
        ask(json_answer({"error": "invalid_grant"}, 400))
    assert refused.value.facts == {"provider": "das"}
    for answer in (
        json_answer({"error": "invalid_grant"}, 401),
        json_answer({"error": "invalid_request"}, 400),
        json_answer(["invalid_grant"], 400),
        httpx.Response(400, text="invalid_grant"),
        httpx.Response(302, headers={"location": "https://elsewhere.example/"}),
    ):
        with pytest.raises(httpx.HTTPStatusError):
            ask(answer)


def test_asvs_16_5_2_a_silent_provider_is_given_up_after_its_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/token"
        http = ProviderHttp(Provider.LINE, 0.2)
        with pytest.raises(ProviderDown, match="ReadTimeout"):
            http.get_object(address)
        http.close()


def test_an_environment_with_a_proxy_does_not_keep_us_from_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with socket.create_server(("127.0.0.1", 0)) as silent_proxy:
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{silent_proxy.getsockname()[1]}")
        with pytest.raises(ProviderDown, match="ConnectError"):
            ProviderHttp(Provider.LINE, 0.5).get_object(f"http://127.0.0.1:{port}/")
        with pytest.raises(ProviderDown, match="Timeout"):
            ProviderHttp(Provider.LINE, 0.5).get_object("https://provider.example/")


@pytest.mark.parametrize(
    "url", ["https://api.line.me", "http://127.0.0.1:12112", "http://localhost:1", "http://[::1]:1"]
)
def test_a_provider_is_spoken_to_over_https_or_on_this_machine(url: str) -> None:
    check_address(url)


@pytest.mark.parametrize(
    "url", ["http://api.line.me", "http://127.0.0.1.example", "ftp://api.line.me", "", "api.line.me"]
)
def test_asvs_12_2_1_an_open_line_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        check_address(url)
