"""Stops on a tile map: where each is drawn, and which cannot be.

Points stay as they were entered. For the drawing alone they are led forward, from the datum of
the earth to the shifted one of public maps, never back: a point that was entered on a shifted map
is drawn on maps of the same datum or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt

from courses.routes.rules.tiles import TileService
from courses.venues.rules import Datum

# CGCS2000 and WGS 84 agree within centimetres.
EARTH = frozenset({Datum.CGCS2000, Datum.WGS84})
# The Krasovsky 1940 ellipsoid: half its great axis in metres, and its eccentricity squared.
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943


@dataclass(frozen=True)
class Place:
    """A stop with its point as it was entered."""

    position: int
    name: str
    longitude: str
    latitude: str
    datum: Datum | None


@dataclass(frozen=True)
class Mark:
    """A stop as it is drawn, in degrees of the map's datum."""

    position: int
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Chart:
    """A tile map with the stops that can be drawn on it, and those that cannot."""

    service: TileService
    marks: tuple[Mark, ...]
    left_out: tuple[Place, ...]


def chart(service: TileService, places: Sequence[Place]) -> Chart:
    """The stops on the map of this service."""
    drawn = [(place, _mark(place, service.datum)) for place in places]
    return Chart(
        service,
        tuple(mark for _, mark in drawn if mark),
        tuple(place for place, mark in drawn if mark is None),
    )


def led_forward(longitude: float, latitude: float) -> tuple[float, float]:
    """A WGS 84 or CGCS2000 point of the mainland, in degrees, about where GCJ-02 maps show it.

    The shift is not published; this is the approximation known from open-source projects (Google
    Maps China, eviltransform), good to a metre or two: enough for a mark, for nothing else.
    """
    east, north = _shift(longitude - 105, latitude - 35)
    bend = 1 - _ECCENTRICITY * sin(radians(latitude)) ** 2
    metres_north = _AXIS * (1 - _ECCENTRICITY) / (bend * sqrt(bend)) * pi / 180
    metres_east = _AXIS / sqrt(bend) * cos(radians(latitude)) * pi / 180
    return longitude + east / metres_east, latitude + north / metres_north


def _shift(x: float, y: float) -> tuple[float, float]:
    """Metres to the east and north, `x` and `y` degrees from the centre of the shift."""
    waves = 20 * (sin(6 * pi * x) + sin(2 * pi * x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    waves_east = _waves(x, ((20, 1), (40, 3), (150, 12), (300, 30)))
    waves_north = _waves(y, ((20, 1), (40, 3), (160, 12), (320, 30)))
    return east + (waves + waves_east) * 2 / 3, north + (waves + waves_north) * 2 / 3


def _waves(degrees: float, waves: Sequence[tuple[float, float]]) -> float:
    return sum(height * sin(pi * degrees / length) for height, length in waves)


def _mark(place: Place, shown: Datum) -> Mark | None:
    if not place.datum or not (place.datum == shown or place.datum in EARTH):
        return None
    longitude, latitude = float(place.longitude), float(place.latitude)
    if shown not in EARTH and place.datum in EARTH:
        longitude, latitude = led_forward(longitude, latitude)
    return Mark(place.position, place.name, latitude, longitude)
