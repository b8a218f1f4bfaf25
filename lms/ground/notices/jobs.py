"""The way out of the house: the channels of this installation, and the timed delivery."""

from __future__ import annotations

import logging
import os
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from lms.ground import db
from lms.ground.clock import now
from lms.ground.jobs.handlers import every
from lms.ground.notices import actions
from lms.ground.notices.rules import Channel, Letter
from lms.ground.people.rules import Private

log = logging.getLogger(__name__)
_SECONDS = 20


@dataclass(frozen=True)
class Email:
    """E-mail by a server that the installation names: MAIL_SERVER, MAIL_PORT, MAIL_FROM and,
    where the server asks for them, MAIL_USER and MAIL_PASSWORD."""

    server: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    private: Private = Private.EMAIL

    def send(self, letter: Letter) -> None:
        message = EmailMessage()
        message["From"], message["To"] = self.sender, letter.address
        message["Subject"] = " ".join(letter.subject.split())
        # The same for every try: a receiver can tell a second copy from a second notice.
        message["Message-ID"] = f"<dispatch-{letter.dispatch_id}@{self.sender.rpartition('@')[2]}>"
        message.set_content(letter.body)
        with self._connect() as connection:
            if self.user:
                connection.login(self.user, self.password)
            connection.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        """Encrypted from the start on the port for that, else as soon as the server offers it."""
        trust = ssl.create_default_context()
        if self.port == smtplib.SMTP_SSL_PORT:
            return smtplib.SMTP_SSL(self.server, self.port, timeout=_SECONDS, context=trust)
        connection = smtplib.SMTP(self.server, self.port, timeout=_SECONDS)
        connection.ehlo_or_helo_if_needed()
        if connection.has_extn("starttls"):
            connection.starttls(context=trust)
        return connection


def channels(environment: Mapping[str, str]) -> dict[str, Channel]:
    """The channels that this installation is configured for, by code; none by default."""
    if not environment.get("MAIL_SERVER"):
        return {}
    email = Email(
        server=environment["MAIL_SERVER"],
        port=int(environment.get("MAIL_PORT") or smtplib.SMTP_PORT),
        sender=environment.get("MAIL_FROM") or f"fengxue@{environment['MAIL_SERVER']}",
        user=environment.get("MAIL_USER", ""),
        password=environment.get("MAIL_PASSWORD", ""),
    )
    return {"email": email}


@every(minutes=1)
def deliver() -> None:
    """Send what is due."""
    send_due(channels(os.environ))


def send_due(ways: Mapping[str, Channel]) -> None:
    """Claim, send, note: no transaction is open while a server elsewhere is waited for."""
    letters = actions.claim(ways, at=now())
    db.checkpoint()
    for letter in letters:
        _send(letter, ways.get(letter.channel))
        db.checkpoint()


def _send(letter: Letter, channel: Channel | None) -> None:
    if channel is None:
        actions.note_failure(letter, "这个渠道没有配置。", at=now())
        return
    if not letter.address:
        actions.note_failure(letter, "收件人没有登记地址。", at=now(), final=True)
        return
    try:
        channel.send(letter)
    except OSError as error:  # of which smtplib's errors are kinds
        log.warning("dispatch %s failed: %s", letter.dispatch_id, error)
        actions.note_failure(letter, f"发送失败：{error}", at=now())
    else:
        actions.note_sent(letter, at=now())
