"""Tile maps: which service is used, and where a stop is drawn."""

from __future__ import annotations

import pytest

from courses.routes.rules.charts import Chart, Mark, Place, chart, led_forward
from courses.routes.rules.tiles import TileService, service, service_faults
from courses.venues.rules import Datum

URL = "https://t0.tiles.example/vec/{z}/{x}/{y}?tk=k"
TOLD = {
    "map.tiles": URL,
    "map.attribution": "某地图",
    "map.approval_number": "GS（2023）336号",
    "map.datum": "CGCS2000",
}


def test_a_service_is_used_when_everything_about_it_is_told() -> None:
    assert service(TOLD) == TileService((URL,), "某地图", "GS（2023）336号", Datum.CGCS2000)
    assert service(TOLD | {"map.tiles": "无"}) is None
    assert service_faults(TOLD | {"map.tiles": "无", "map.approval_number": "无"}) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"map.approval_number": "无"}, "没有审图号的地图不能使用，请照服务方公布的填写，如：GS（2023）336号。"),
        ({"map.approval_number": "审核中"}, "没有审图号的地图不能使用，请照服务方公布的填写，如：GS（2023）336号。"),
        ({"map.attribution": "无"}, "请写明地图的版权信息。"),
        ({"map.datum": "BD-09"}, "请写明地图的坐标系：CGCS2000、WGS84、GCJ-02之一。"),
        ({"map.tiles": "http://a.example/{z}/{x}/{y}"}, "“http://a.example/{z}/{x}/{y}”须以https://开头，并写一个固定的主机名。"),
        ({"map.tiles": "https://{s}.example/{z}/{x}/{y}"}, "“https://{s}.example/{z}/{x}/{y}”须以https://开头，并写一个固定的主机名。"),
        ({"map.tiles": "https://a;b.example/{z}/{x}/{y}"}, "“https://a;b.example/{z}/{x}/{y}”须以https://开头，并写一个固定的主机名。"),
        ({"map.tiles": "https://a.example/{z}/{x}"}, "“https://a.example/{z}/{x}”缺少{y}。"),
    ],
)  # fmt: skip
def test_a_service_with_a_fault_is_not_used(changed: dict[str, str], fault: str) -> None:
    assert service_faults(TOLD | changed) == [fault]
    assert service(TOLD | changed) is None


@pytest.mark.parametrize("number", ["GS(2023)336号", "GS京（2022）1061号", "浙S (2024) 12号"])
def test_numbers_of_approval_come_in_several_forms(number: str) -> None:
    assert service_faults(TOLD | {"map.approval_number": number}) == []


def test_the_hosts_of_several_layers_are_named_once() -> None:
    both = service(
        TOLD | {"map.tiles": f"{URL} {URL}&cva https://b.example:8443/{{z}}/{{x}}/{{y}}"}
    )
    assert both is not None
    assert both.origins == ("https://t0.tiles.example", "https://b.example:8443")


# The test points of eviltransform, longitude and latitude in WGS 84 and GCJ-02.
@pytest.mark.parametrize(
    ("earth", "shown"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_a_point_is_led_forward_to_where_public_maps_show_it(
    earth: tuple[float, float], shown: tuple[float, float]
) -> None:
    assert led_forward(*earth) == pytest.approx(shown, abs=1e-9)


@pytest.mark.parametrize(
    ("entered", "shown", "is_drawn"),
    [
        (Datum.CGCS2000, Datum.CGCS2000, "as it is"),
        (Datum.WGS84, Datum.CGCS2000, "as it is"),
        (Datum.CGCS2000, Datum.WGS84, "as it is"),
        (Datum.GCJ02, Datum.GCJ02, "as it is"),
        (Datum.WGS84, Datum.GCJ02, "led forward"),
        (Datum.CGCS2000, Datum.GCJ02, "led forward"),
        (Datum.GCJ02, Datum.WGS84, "never led back"),
        (Datum.GCJ02, Datum.CGCS2000, "never led back"),
        (Datum.BD09, Datum.GCJ02, "never led back"),
        (Datum.BD09, Datum.WGS84, "never led back"),
        (None, Datum.WGS84, "never led back"),
    ],
)
def test_a_point_is_drawn_in_its_datum_or_led_forward(
    entered: Datum | None, shown: Datum, is_drawn: str
) -> None:
    used = TileService((URL,), "某地图", "GS（2023）336号", shown)
    place = Place(1, "放马哨", "116.377817", "39.911954", entered)
    forward = Mark(1, "放马哨", 39.91334545536069, 116.38404722455657)
    expected = {
        "as it is": Chart(used, (Mark(1, "放马哨", 39.911954, 116.377817),), ()),
        "led forward": Chart(used, (forward,), ()),
        "never led back": Chart(used, (), (place,)),
    }
    found = chart(used, [place])
    if is_drawn == "led forward":
        assert (found.marks[0].latitude, found.marks[0].longitude) == pytest.approx(
            (forward.latitude, forward.longitude)
        )
    else:
        assert found == expected[is_drawn]
