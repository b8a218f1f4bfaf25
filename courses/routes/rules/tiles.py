"""A tile service as the school sets it up: only an approved one, named with its number of approval."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from courses.venues.rules import Datum

TILES, CREDIT, APPROVAL, DATUM = (
    "map.tiles", "map.attribution", "map.approval_number", "map.datum",
)  # fmt: skip
CODES = (TILES, CREDIT, APPROVAL, DATUM)
NONE = "无"
DATUMS = {"CGCS2000": Datum.CGCS2000, "WGS84": Datum.WGS84, "GCJ-02": Datum.GCJ02}
# GS（2023）336号, GS京（2022）1061号, 浙S（2024）12号.
_APPROVAL = re.compile(r"[A-Z一-龥]{1,4}[（(]\d{4}[）)]\d{1,5}号")


@dataclass(frozen=True)
class TileService:
    """Whose pictures of the map are drawn, over each other where there are several `templates`."""

    templates: tuple[str, ...]
    credit: str
    approval: str
    datum: Datum

    @property
    def origins(self) -> tuple[str, ...]:
        """The hosts, with scheme, from which a page may fetch these pictures."""
        parts = (urlsplit(template) for template in self.templates)
        return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


def service_faults(told: Mapping[str, str]) -> list[str]:
    """What is wrong with the service told by the norms CODES, as sentences; none when unused."""
    if not _templates(told):
        return []
    faults = [fault for one in _templates(told) for fault in _template_faults(one)]
    if told[CREDIT] in ("", NONE):
        faults.append("请写明地图的版权信息。")
    if not _APPROVAL.fullmatch(told[APPROVAL].replace(" ", "")):
        faults.append("没有审图号的地图不能使用，请照服务方公布的填写，如：GS（2023）336号。")
    if told[DATUM] not in DATUMS:
        faults.append(f"请写明地图的坐标系：{'、'.join(DATUMS)}之一。")
    return faults


def service(told: Mapping[str, str]) -> TileService | None:
    """The service told by the norms CODES; None when the school uses none or it has faults."""
    if not _templates(told) or service_faults(told):
        return None
    return TileService(_templates(told), told[CREDIT], told[APPROVAL], DATUMS[told[DATUM]])


def _templates(told: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one for one in told[TILES].split() if one != NONE)


def _template_faults(template: str) -> list[str]:
    """An address of pictures on one host: the page's policy opens that host and no other."""
    parts = urlsplit(template)
    if parts.scheme != "https" or not re.fullmatch(r"[a-z0-9.-]+(:\d+)?", parts.netloc):
        return [f"“{template}”须以https://开头，并写一个固定的主机名。"]
    missing = [part for part in ("{z}", "{x}", "{y}") if part not in template]
    return [f"“{template}”缺少{'、'.join(missing)}。"] if missing else []
