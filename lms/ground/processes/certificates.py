"""HTTPS without the internet: an authority of this house's own, and a certificate for its addresses.

The authority can speak for private addresses and the names it was made for, and for nothing else
(RFC 5280 4.2.1.10), so that trusting it in a hall endangers nobody elsewhere.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lms.ground.config import AUTHORITY, CERTIFICATE, KEY
from lms.ground.errors import Refused

_AUTHORITY_KEY = "authority.key"
_AUTHORITY_HOLDS = timedelta(days=3650)
# Apple takes no certificate for longer, whoever issued it.
_HOLDS = timedelta(days=825)
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8")
_BEFORE = timedelta(days=1)  # computers of a hall have clocks of their own


def issue(folder: Path, names: Sequence[str], *, at: datetime) -> x509.Certificate:
    """Write a certificate for these addresses and host names, and its key, into `folder`.

    The authority is made on first use and kept: whoever trusts it need not do so again. Refused
    for a name that the authority cannot speak for.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    alternatives = [_general(name) for name in dict.fromkeys(names)]
    if not (folder / AUTHORITY).exists():
        _make_authority(folder, alternatives, at)
    authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
    _check(authority, alternatives)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(f"逢学 {names[0]}", authority.subject, key.public_key(), at, _HOLDS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .sign(_read_key(folder / _AUTHORITY_KEY), hashes.SHA256())
    )
    _write(folder / KEY, _pem(key), mode=0o600)
    _write(folder / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))
    return certificate


def own_addresses() -> list[str]:
    """The addresses under which this computer is known to others, and to itself."""
    found = {one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: which address would be used
            found.add(probe.getsockname()[0])
        except OSError:
            pass
    return [*sorted(map(str, found - {"127.0.0.1"})), "localhost", "127.0.0.1"]


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate (PEM), as browsers show it, to be compared by eye."""
    digest = x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex().upper()
    return ":".join(digest[start : start + 2] for start in range(0, len(digest), 2))


def _make_authority(folder: Path, alternatives: Sequence[x509.GeneralName], at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("逢学 本地证书颁发机构")
    private = [x509.IPAddress(ipaddress.ip_network(one)) for one in _PRIVATE]
    permitted = [*private, *(_subtree(one) for one in alternatives)]
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        _builder("逢学 本地证书颁发机构", name, key.public_key(), at, _AUTHORITY_HOLDS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / _AUTHORITY_KEY, _pem(key), mode=0o600)
    _write(folder / AUTHORITY, certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    title: str,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    at: datetime,
    holds: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(title))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BEFORE)
        .not_valid_after(at + holds - _BEFORE)
    )


def _name(title: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title[:64])])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        if not name.isascii() or not name.strip(".").replace("-", "").replace(".", "").isalnum():
            raise Refused(f"“{name}”不是网络地址或主机名。") from None
        return x509.DNSName(name.lower())


def _subtree(one: x509.GeneralName) -> x509.GeneralName:
    """The part of the name space that is this name alone."""
    if isinstance(one, x509.IPAddress):
        return x509.IPAddress(ipaddress.ip_network(str(one.value)))
    return one


def _check(authority: x509.Certificate, alternatives: Sequence[x509.GeneralName]) -> None:
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = constraints.permitted_subtrees or []
    strange = [one for one in alternatives if not any(_covers(tree, one) for tree in permitted)]
    if strange:
        listed = "、".join(str(one.value) for one in strange)
        raise Refused(
            f"本地证书颁发机构不能为 {listed} 颁发证书：请移走 var/tls 目录后重新生成，各电脑要重新信任。"
        )


def _covers(tree: x509.GeneralName, one: x509.GeneralName) -> bool:
    if isinstance(tree, x509.IPAddress) and isinstance(one, x509.IPAddress):
        return one.value in tree.value  # type: ignore[operator]
    return isinstance(tree, x509.DNSName) and tree == one


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _write(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Whole or not at all, and from the beginning readable for nobody else where it is a key."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    draft.replace(path)
