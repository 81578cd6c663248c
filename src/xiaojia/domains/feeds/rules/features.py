"""How does a station read as a GeoJSON feature (RFC 7946)? Longitude before latitude in WGS-84, no `crs`."""

from typing import Any

DIGITS = 7
"""About a centimetre."""


def feature(row: Any, base: str, hours: str) -> dict[str, Any]:
    """Return one placed station; `row` is a public station of the feeds, `base` the instance's address.

    `hours` is the OSM text for other programs.
    """
    return {
        "type": "Feature",
        "id": row.code,
        "geometry": {"type": "Point", "coordinates": [round(row.lng, DIGITS), round(row.lat, DIGITS)]},
        "properties": {
            "code": row.code, "name": row.name, "address": row.address, "district": row.district, "city": row.city,
            "province": row.province, "division": row.division, "status": row.status, "mobile": row.mobility == "mobile",
            "access": row.access, "access_note": row.access_note, "host_type": row.host_type, "phone": row.phone,
            "facilities": list(row.have), "out_of_order": list(row.broken), "opening_hours": hours,
            "verified_on": row.verified_at.date().isoformat() if row.verified_at else None,
            "changed_at": row.changed_at.isoformat(timespec="seconds"), "url": f"{base}/s/{row.code}/",
        },
    }  # fmt: skip
