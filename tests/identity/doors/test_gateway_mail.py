"""Letters go over TLS to a server that knows us, and its yes, its not now and its no are told apart."""

import logging
import smtplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from identity.doors.gateway.mail import Letter, MailSettings, SmtpMail
from identity.doors.gateway.refusals import MailNotAccepted
from kashiman.processes import free_port
from kernel.refusals import ProviderDown
from tests.identity.doors.mail_server import HOST, PASSWORD, SENDER, UNKNOWN_RECIPIENT, USER, MailServer, mail_server

TARO = "taro@example.jp"
LETTER = Letter(TARO, "抽選の結果：2口 当選しました", "一行目です\n.\n三行目です", "0198c0de")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("mail")) as server:
        yield server


@pytest.fixture
def server(running: MailServer) -> MailServer:
    running.taken.clear()
    running.commands.clear()
    running.next_replies.clear()
    return running


def mail(server: MailServer, **other: Any) -> SmtpMail:
    known = {"host": HOST, "port": server.port, "sender": SENDER, "user": USER, "password": PASSWORD}
    return SmtpMail(MailSettings(**{**known, "ca_file": server.ca_file, "timeout_s": 5.0, **other}))


def test_a_letter_arrives_as_it_was_written(server: MailServer) -> None:
    mail(server).send(LETTER)
    (taken,) = server.taken
    assert (taken.mail_from, taken.recipients) == (SENDER, [TARO])
    written = taken.message
    assert {name: str(written[name]) for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted")} == {
        "From": "かしまんPAY <no-reply@city.example>",
        "To": TARO,
        "Subject": LETTER.title,
        "Message-ID": "<0198c0de@city.example>",
        "Auto-Submitted": "auto-generated",
    }
    assert written.get_content() == f"{LETTER.text}\n"


@pytest.mark.parametrize("address", ["hana..ko.@docomo.example", "o'hara+1@example.jp"])
def test_addresses_as_carriers_gave_them_out_are_written_to(server: MailServer, address: str) -> None:
    mail(server).send(Letter(address, "t", "x", "k"))
    assert [taken.recipients for taken in server.taken] == [[address]]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("reply", "code"), [("451 4.7.1 Greylisted", None), ("554 5.7.1 Refused", 554)])
def test_not_now_is_told_from_no(server: MailServer, stage: str, reply: str, code: int | None) -> None:
    server.next_replies[stage] = reply
    with pytest.raises(ProviderDown if code is None else MailNotAccepted) as told:
        mail(server).send(LETTER)
    assert getattr(told.value, "reply_code", None) == code
    assert server.taken == []
    mail(server).send(LETTER)
    assert len(server.taken) == 1


def test_a_recipient_that_is_not_there_is_refused_for_good(server: MailServer) -> None:
    with pytest.raises(MailNotAccepted) as told:
        mail(server).send(Letter(UNKNOWN_RECIPIENT, "t", "x", "k"))
    assert told.value == MailNotAccepted(reply_code=550)


def test_a_sender_that_is_not_ours_is_refused_for_good_and_said_to_the_operator(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(MailNotAccepted):
        mail(server, sender="mayor@elsewhere.example").send(LETTER)
    assert server.taken == []
    assert "does not take letters from our sender: 550" in caplog.text


@pytest.mark.parametrize("wrong", [{"password": "another"}, {"user": "somebody"}, {"user": ""}])
def test_a_server_that_does_not_let_us_in_takes_nothing(server: MailServer, wrong: dict[str, str]) -> None:
    with pytest.raises((ProviderDown, MailNotAccepted)):
        mail(server, **wrong).send(LETTER)
    assert (server.taken, server.commands) == ([], [])


def test_who_speaks_without_tls_is_refused_by_this_server(server: MailServer) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as plain, pytest.raises(smtplib.SMTPSenderRefused) as no:
        plain.sendmail(SENDER, [TARO], b"Subject: x\r\n\r\nx")
    assert no.value.smtp_code == 530


def test_a_server_without_tls_is_told_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with mail_server(tmp_path, offers_tls=False) as server:
        with pytest.raises(ProviderDown):
            mail(server).send(LETTER)
        assert server.commands == []
    assert "nothing is sent without TLS" in caplog.text


def test_a_certificate_that_nobody_signed_ends_the_conversation(server: MailServer) -> None:
    with pytest.raises(ProviderDown):
        mail(server, ca_file=None).send(LETTER)
    assert server.commands == []


def test_a_certificate_of_another_host_ends_the_conversation(server: MailServer) -> None:
    with pytest.raises(ProviderDown):
        mail(server, host="127.0.0.1").send(LETTER)
    assert server.commands == []


def test_a_server_that_is_not_there_is_asked_again(server: MailServer) -> None:
    with pytest.raises(ProviderDown):
        mail(server, port=free_port()).send(LETTER)


def test_a_server_that_takes_a_letter_and_leaves_badly_has_taken_it(server: MailServer) -> None:
    server.next_replies["QUIT"] = "421 4.3.2 Going down"
    mail(server).send(LETTER)
    assert len(server.taken) == 1


def test_no_header_can_be_slipped_in(server: MailServer) -> None:
    for letter in (Letter(f"{TARO}\nBcc: x@example.jp", "t", "x", "k"), Letter(TARO, "t\nBcc: x@example.jp", "x", "k")):
        with pytest.raises(ValueError, match=r"CR or LF|linefeed"):
            mail(server).send(letter)
    assert server.taken == []


@pytest.mark.parametrize("sender", ["", "city", "city@", "city hall@example.jp"])
def test_a_sender_must_be_an_address(sender: str) -> None:
    with pytest.raises(ValueError, match="must be an address"):
        MailSettings(host=HOST, sender=sender)


def test_asvs_16_2_5_no_address_no_text_and_no_password_reaches_the_log(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="identity")
    for stage in ("MAIL", "RCPT", "DATA"):
        server.next_replies[stage] = "554 5.7.1 Refused <taro@example.jp>"
        with pytest.raises(MailNotAccepted):
            mail(server).send(LETTER)
    with pytest.raises(ProviderDown):
        mail(server, password="another").send(LETTER)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("identity")]
    assert ours == [
        "the mail server does not take letters from our sender: 554",
        "the mail server does not let us in: 535",
    ]
    assert "secret" not in repr(mail(server)._settings)
    assert TARO not in repr(LETTER)
