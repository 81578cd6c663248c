"""Which addresses hand out sheets? Walked by the attacks; a new one must be named here."""


def sheets() -> list[str]:
    """Return every address that hands out a CSV or xlsx, `{person}` for a person's id."""
    return [
        "/office/stations/export.csv",
        "/office/stations/export.xlsx",
        "/office/visits/export.csv",
        "/office/visits/export.xlsx",
        "/office/imports/blank/stations.xlsx",
        "/office/retention/people/{person}/export.xlsx",
    ]
