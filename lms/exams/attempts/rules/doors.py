"""The door of a paper: what a browser has to show before it is let in, and what is said if not.

Safe Exam Browser proves itself as its developer documentation says ("Config Key", "Browser Exam
Key"): with every request it tells SHA-256 over the address asked for and a key; a page can learn
the same for its own address, and brings it along where the engine sends no headers.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lms.exams.attempts.rules.digests import clean_code

CONFIG_HEADER = "HTTP_X_SAFEEXAMBROWSER_CONFIGKEYHASH"
EXAM_HEADER = "HTTP_X_SAFEEXAMBROWSER_REQUESTHASH"
PAGE_CONFIG_HEADER = "HTTP_X_EXAM_PAGE_CONFIGKEYHASH"
PAGE_EXAM_HEADER = "HTTP_X_EXAM_PAGE_REQUESTHASH"
DOOR_HEADER = "HTTP_X_EXAM_DOOR"


class Asks(StrEnum):
    """What a shut door asks for."""

    CODE = "code"
    ADDRESS = "address"
    SEAT = "seat"
    BROWSER = "browser"
    DOOR = "door"


SENTENCES = {
    Asks.CODE: "考场口令不对，请输入监考人公布的口令（不分大小写）。",
    Asks.ADDRESS: "这台电脑（{address}）不在本场考试允许的网络地址范围内，请到指定考场作答，或请监考人核对。",
    Asks.SEAT: "这份答卷已在另一台电脑（{address}）上打开，本场考试一人一机。确需换机请举手，由监考人按“更换设备”以后再试一次。",
    Asks.BROWSER: "本场考试须用安全考试浏览器（Safe Exam Browser）并使用本场的配置文件作答，请按考试页面的提示打开。",
    Asks.DOOR: "本场考试的准入要求刚刚改过，请刷新本页。",
}


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: it never changes, another takes its place. Empty parts ask for nothing.

    `config_key`, `exam_keys`: of Safe Exam Browser, 64 hexadecimal digits each.
    """

    id: int
    mark: str
    code: str = ""
    networks: tuple[str, ...] = ()
    binds_seat: bool = False
    config_key: str = ""
    exam_keys: tuple[str, ...] = ()

    @property
    def sign(self) -> str:
        """The name by which a page says which door it knows."""
        return f"{self.id}.{self.mark}"


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request shows of its sender: the address it came from and what it asked for."""

    address: str
    url: str
    page: str
    door: str = ""
    proofs: Mapping[str, str] = field(default_factory=dict)


def caller_of(environ: Mapping[str, Any], proxies: Collection[str]) -> Caller:
    """Read a WSGI request; forwarded names are believed from the configured proxies alone."""
    address, scheme = environ.get("REMOTE_ADDR", ""), environ.get("wsgi.url_scheme", "http")
    if proxies and is_within(address, proxies):
        scheme = environ.get("HTTP_X_FORWARDED_PROTO", scheme)
        address = _forwarded(environ.get("HTTP_X_FORWARDED_FOR", ""), proxies) or address
    path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
    url = f"{scheme}://{environ.get('HTTP_HOST', '')}{path}"
    headers = (CONFIG_HEADER, EXAM_HEADER, PAGE_CONFIG_HEADER, PAGE_EXAM_HEADER)
    proofs = {name: environ[name].lower() for name in headers if name in environ}
    return Caller(address, url, url.rpartition("/")[0], environ.get(DOOR_HEADER, ""), proofs)


def asked_at_start(door: Door, caller: Caller, code: str) -> Asks | None:
    """What keeps a candidate out who opens the paper; None lets in."""
    if door.networks and not is_within(caller.address, door.networks):
        return Asks.ADDRESS
    if (wanted := asked_always(door, caller)) is not None:
        return wanted
    if door.code and not hmac.compare_digest(door.code, clean_code(code)):
        return Asks.CODE
    return None


def asked_always(door: Door, caller: Caller) -> Asks | None:
    """What is missing in any request of a page that is in."""
    own = _proves([door.config_key], caller, CONFIG_HEADER, PAGE_CONFIG_HEADER)
    if door.config_key and not own:
        return Asks.BROWSER
    if door.exam_keys and not _proves(door.exam_keys, caller, EXAM_HEADER, PAGE_EXAM_HEADER):
        return Asks.BROWSER
    return None


def request_hash(url: str, key: str) -> str:
    """What Safe Exam Browser tells for an address without its fragment: SHA-256(address + key)."""
    return hashlib.sha256((url.partition("#")[0] + key).encode()).hexdigest()


def media_pass(attempt_id: int) -> bytes:
    """What is signed for whoever was let in: pictures bring no proof of their browser."""
    return f"media|{attempt_id}".encode()


def file_key(attempt_id: int) -> bytes:
    """What is signed for the key by which a page seals what it could not send."""
    return f"answer file|{attempt_id}".encode()


def is_within(address: str, networks: Collection[str]) -> bool:
    """Is an address in one of these networks (CIDR)? IPv4 in IPv6 clothes is IPv4."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    plain = getattr(known, "ipv4_mapped", None) or known
    return any(plain in ipaddress.ip_network(one, strict=False) for one in networks)


def read_networks(text: str) -> tuple[list[str], list[str]]:
    """Networks as people type them, one a line or with commas; the sentences for what is none."""
    networks, faults = [], []
    for word in text.replace(",", "\n").replace("，", "\n").replace("、", "\n").split():
        try:
            networks.append(str(ipaddress.ip_network(word, strict=False)))
        except ValueError:
            faults.append(f"“{word}”不是网络地址，应写成 192.168.1.0/24 或 192.168.1.15 这样。")
    return list(dict.fromkeys(networks)), faults


def _proves(keys: Collection[str], caller: Caller, header: str, page_header: str) -> bool:
    told = ((caller.url, header), (caller.page, page_header))
    return any(
        hmac.compare_digest(request_hash(url, key).encode(), caller.proofs[name].encode())
        for url, name in told
        if name in caller.proofs
        for key in keys
    )


def _forwarded(listed: str, proxies: Collection[str]) -> str:
    """The last address of X-Forwarded-For that is no proxy of ours: before it anybody writes."""
    hops = [hop.strip() for hop in listed.split(",") if hop.strip()]
    return next((hop for hop in reversed(hops) if not is_within(hop, proxies)), "")
