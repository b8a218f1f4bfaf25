"""The house's own authority: what it may speak for, and a server that is trusted through it."""

from __future__ import annotations

import ssl
import threading
from datetime import timedelta
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask

from lms.ground.clock import now
from lms.ground.config import AUTHORITY, CERTIFICATE, KEY, Config
from lms.ground.errors import Refused
from lms.ground.processes.__main__ import web_options
from lms.ground.processes.address import Address, answers
from lms.ground.processes.certificates import fingerprint, issue, own_addresses


class Silent(BaseHTTPRequestHandler):
    """Says yes to everything."""

    def do_HEAD(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Not here."""


def test_a_browser_that_trusts_the_authority_trusts_the_server(tmp_path: Path) -> None:
    issue(tmp_path, ["localhost", "127.0.0.1"], at=now())
    server = HTTPServer(("127.0.0.1", 0), Silent)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / CERTIFICATE, tmp_path / KEY)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        trusting = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
        client = HTTPSConnection("127.0.0.1", server.server_port, context=trusting, timeout=5)
        client.request("HEAD", "/")
        assert client.getresponse().status == 204
        client.close()
        assert answers(Address("127.0.0.1", server.server_port, tls=tmp_path)) is True
        assert answers(Address("127.0.0.1", server.server_port)) is False
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_authority_speaks_for_private_addresses_and_its_own_names_alone(tmp_path: Path) -> None:
    issue(tmp_path, ["exam.lan"], at=now())
    kept = (tmp_path / AUTHORITY).read_bytes()
    issue(tmp_path, ["192.168.7.9", "exam.lan"], at=now())
    assert (tmp_path / AUTHORITY).read_bytes() == kept
    for strange in ("8.8.8.8", "www.example.com"):
        with pytest.raises(Refused, match=strange):
            issue(tmp_path, [strange], at=now())
    found = x509.load_pem_x509_certificate(kept).extensions
    assert found.get_extension_for_class(x509.NameConstraints).critical
    assert found.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_certificates_hold_no_longer_than_browsers_accept(tmp_path: Path) -> None:
    made = issue(tmp_path, ["192.168.1.10"], at=now())
    assert made.not_valid_after_utc - made.not_valid_before_utc == timedelta(days=825)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["192.168.1.10"]


def test_keys_are_for_the_owner_alone(tmp_path: Path) -> None:
    issue(tmp_path / "tls", ["localhost"], at=now())
    modes = {one.name: oct(one.stat().st_mode & 0o777) for one in (tmp_path / "tls").iterdir()}
    assert {modes["server.key"], modes["authority.key"]} == {"0o600"}


@pytest.mark.parametrize("name", ["", "考场", "a b", "http://x"])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="不是网络地址或主机名"):
        issue(tmp_path, [name], at=now())


def test_the_command_tells_the_mark_that_the_page_shows(app: Flask) -> None:
    config = app.config["FENGXUE"]
    told = app.test_cli_runner().invoke(args=["tls", "issue", "192.168.1.10"])
    try:
        mark = fingerprint((config.tls / AUTHORITY).read_bytes())
        assert (told.exit_code, mark in told.output) == (0, True)
        refused = app.test_cli_runner().invoke(args=["tls", "issue", "8.8.8.8"])
        assert (refused.exit_code, "不能为 8.8.8.8 颁发证书" in refused.output) == (1, True)
    finally:
        for one in config.tls.iterdir():
            one.unlink()


def test_this_computer_knows_itself() -> None:
    assert own_addresses()[-2:] == ["localhost", "127.0.0.1"]


def test_the_web_server_is_given_the_certificate_where_there_is_one() -> None:
    plain = web_options(Address("127.0.0.1", 8000))
    assert "--ssl-certificate" not in plain
    secure = Address("127.0.0.1", 8000, tls=Path("/x"))
    assert secure.url == "https://127.0.0.1:8000/"
    command = web_options(secure)
    assert command[command.index("--ssl-certificate") + 1] == "/x/server.crt"
    assert command[command.index("--ssl-keyfile") + 1] == "/x/server.key"


def test_the_page_tells_how_to_trust_it(app: Flask) -> None:
    client, config = app.test_client(), app.config["FENGXUE"]
    assert isinstance(config, Config)
    assert "还没有启用 HTTPS" in client.get("/admission/https").text
    assert client.get("/admission/authority.crt").status_code == 404
    issue(config.tls, ["localhost"], at=now())
    try:
        kept = (config.tls / AUTHORITY).read_bytes()
        assert fingerprint(kept) in client.get("/admission/https").text
        assert client.get("/admission/authority.crt").data == kept
    finally:
        for one in config.tls.iterdir():
            one.unlink()
