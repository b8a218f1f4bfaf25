"""What this installation is told from outside: folders, database, secrets."""

from __future__ import annotations

import ipaddress
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# In `Config.tls`.
AUTHORITY, CERTIFICATE, KEY = "authority.crt", "server.crt", "server.key"


@dataclass(frozen=True)
class Config:
    """Settings of one running house.

    `var` holds everything that is written: database, uploads, keys, logs. The key
    files in it are never in the database, so that a copy of the one is useless
    without the other. `proxies`: networks whose word is taken for where requests come from.
    """

    var: Path
    database_url: str
    testing: bool = False
    proxies: tuple[str, ...] = ()

    @property
    def uploads(self) -> Path:
        return self.var / "uploads"

    @property
    def keys(self) -> Path:
        return self.var / "keys"

    @property
    def tls(self) -> Path:
        """Certificate and key of the web server, once `make tls` has made them."""
        return self.var / "tls"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def key(self, name: str) -> bytes:
        """32 secret bytes kept in the key file `name`, made on first use (owner-readable only)."""
        path = self.keys / name
        if not path.exists():
            _write_new_key(path)
        return path.read_bytes()


def from_environment() -> Config:
    """`VAR_DIR` and `DATABASE_URL`, or `var/` and SQLite in it."""
    var = Path(os.environ.get("VAR_DIR", ROOT / "var")).resolve()
    var.mkdir(parents=True, exist_ok=True)
    url = _database_url(os.environ.get("DATABASE_URL", ""), var)
    return Config(var=var, database_url=url, proxies=_networks(os.environ.get("PROXIES", "")))


def _networks(given: str) -> tuple[str, ...]:
    """`PROXIES`: addresses or networks of proxies before the house, with commas between."""
    return tuple(str(ipaddress.ip_network(one.strip())) for one in given.split(",") if one.strip())


def _database_url(given: str, var: Path) -> str:
    """SQLAlchemy's URL; plain `postgresql://` means psycopg 3."""
    if not given:
        return f"sqlite:///{var / 'fengxue.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if given.startswith(prefix):
            return "postgresql+psycopg://" + given.removeprefix(prefix)
    return given


def _write_new_key(path: Path) -> None:
    """Create the file exclusively: of two processes that start at once, one wins and both read it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
