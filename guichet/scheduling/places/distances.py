"""Calm: minutes by road between two communes, estimated from the distance as the crow flies.

Only a first value: people who drive there correct it.
"""

import math

EARTH_KM = 6371.0
DETOUR = 1.3
"""A road is this much longer than the straight line."""
KM_PER_HOUR = 50
TO_PARK = 4
"""Minutes to leave, to park and to walk in."""


def minutes_between(start: tuple[float, float], end: tuple[float, float]) -> int:
    """Minutes between two places, each (latitude, longitude) in degrees (WGS 84); haversine formula."""
    (lat_1, lon_1), (lat_2, lon_2) = ((math.radians(a), math.radians(b)) for a, b in (start, end))
    half = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    km = 2 * EARTH_KM * math.asin(math.sqrt(half)) * DETOUR
    return TO_PARK + math.ceil(km * 60 / KM_PER_HOUR)
