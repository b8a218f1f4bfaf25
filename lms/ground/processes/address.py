"""Where the web server is asked to listen, and whether it may and can."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

from lms.ground.errors import Refused


@dataclass(frozen=True)
class Address:
    """Where the web server listens: a numeric IP address and a port, with certificates in `tls`."""

    host: str
    port: int
    tls: Path | None = None

    @property
    def is_local(self) -> bool:
        return self.host in {"127.0.0.1", "::1"}

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'http' if self.tls is None else 'https'}://{host}:{self.port}/"


def requested_address(environment: Mapping[str, str]) -> Address:
    """`HOST` and `PORT`, by default 127.0.0.1 and 8000; Refused where they make no sense."""
    host = environment.get("HOST") or "127.0.0.1"
    port = environment.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Refused(f"PORT={port} 不是端口号，请用 1 到 65535 之间的整数。")
    return Address("127.0.0.1" if host == "localhost" else host, int(port))


@contextmanager
def held(address: Address) -> Iterator[None]:
    """Keep the address for this house; Refused when nobody could listen there.

    A socket that is bound but does not listen keeps others out, also while the web server
    starts or starts again; only what shares ports among its own, as Granian does, gets in.
    """
    family, place = _place(address)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Sharing is not asked for here: another Granian would let us in without a word.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            raise Refused(_why_not(address, error)) from None
    with socket.socket(family, socket.SOCK_STREAM) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with suppress(OSError):  # connections of the last one to listen there are still closing
            holder.bind(place)
        yield


def require_local(address: Address) -> None:
    """Passwords of demo accounts are printed: nobody but this machine may use them."""
    if not address.is_local:
        raise Refused(
            f"HOST={address.host} 会让别的电脑也能登录演示账号，演示学校只能在本机（127.0.0.1）使用，"
            "正式使用请换一个空数据库执行 make serve。"
        )


def answers(address: Address) -> bool:
    """Whether the web server replies to a request, whatever the reply."""
    # Whose certificate it is does not matter: the question goes to this very machine.
    connection = (
        HTTPConnection(address.host, address.port, timeout=2)
        if address.tls is None
        else HTTPSConnection(
            address.host, address.port, timeout=2, context=ssl._create_unverified_context()
        )
    )
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _place(address: Address) -> tuple[socket.AddressFamily, Any]:
    """The address as sockets take it."""
    try:
        family, _, _, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )[0]
    except socket.gaierror:
        raise Refused(f"HOST={address.host} 不是 IP 地址。") from None
    return family, place


def _why_not(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"端口 {address.port} 已被别的程序占用，请用 PORT= 另选一个。"
    return f"不能在 {address.url} 上提供服务：{error.strerror}。"
