"""May one walk here? The rules of OpenStreetMap's tags for people on foot; one-way streets do not concern them.

After the tagging rules (wiki.openstreetmap.org: Key:highway, Key:access, Key:foot, Key:sidewalk): the more special tag wins, so
`foot` decides before `access`. Roads that are not built for walking need a sign that one may: a footway along them
(`sidewalk`) or `foot=yes`. Nothing leads over what is not built yet or not there any more.
"""

import ast
from collections.abc import Mapping

WALKABLE = frozenset({
    "footway", "path", "trail", "steps", "pedestrian", "living_street", "residential", "service", "track", "unclassified", "road",
    "corridor", "elevator", "platform", "tertiary", "tertiary_link", "secondary", "secondary_link", "primary",
    "primary_link",
})  # fmt: skip
UNLESS_SIGNED = frozenset({"trunk", "trunk_link", "motorway", "motorway_link", "cycleway", "bridleway", "busway"})
MAY = frozenset({"yes", "designated", "permissive", "official", "destination", "customers", "delivery", "permit"})
MAY_NOT = frozenset({"no", "private", "use_sidepath", "agricultural", "forestry", "military", "emergency"})
BESIDE = frozenset({"yes", "both", "left", "right"})
PASSES_OVER = frozenset({"bridge", "tunnel"})


def values(tag: object) -> tuple[str, ...]:
    """Return the values of a tag: one, several with semicolons, or a list as OSMnx writes it where it joined ways.

    >>> values("footway"), values("['residential', 'service']"), values(None)
    (('footway',), ('residential', 'service'), ())
    """
    if tag is None:
        return ()
    if isinstance(tag, str) and tag.startswith("["):
        try:
            tag = ast.literal_eval(tag)
        except (ValueError, SyntaxError):
            return (str(tag),)
    found = tag if isinstance(tag, list | tuple | set) else str(tag).split(";")
    return tuple(text for text in (str(value).strip() for value in found) if text)


def refusal(tags: Mapping[str, object]) -> str | None:
    """Return why one may not walk on a way, as `tag=value`, or None if one may.

    Where OSMnx joined several ways to one edge, one of them that may not be walked closes the edge.

    >>> refusal({"highway": "trunk"}), refusal({"highway": "trunk", "sidewalk": "both"}), refusal({"highway": "steps"})
    ('highway=trunk', None, None)
    """
    foot = values(tags.get("foot"))
    for value in foot:
        if value in MAY_NOT:
            return f"foot={value}"
    signed = bool(foot) and all(value in MAY for value in foot)
    if not signed:
        for value in values(tags.get("access")):
            if value in MAY_NOT:
                return f"access={value}"
        if "yes" in values(tags.get("motorroad")):
            return "motorroad=yes"
    beside = signed or _has_sidewalk(tags)
    for value in values(tags.get("highway")):
        if not (value in WALKABLE or (value in UNLESS_SIGNED and beside)):
            return f"highway={value}"
    return None


def walkable(tags: Mapping[str, object]) -> bool:
    """Return whether one may walk on a way with these tags."""
    return refusal(tags) is None


def closed_gate(tags: Mapping[str, object]) -> bool:
    """Return whether nobody on foot gets past a point of a way: a private gate, say."""
    foot = values(tags.get("foot"))
    if foot:
        return any(value in MAY_NOT for value in foot)
    if not values(tags.get("barrier")):
        return False
    return any(value in MAY_NOT for value in values(tags.get("access")))


def above_or_below(tags: Mapping[str, object]) -> bool:
    """Return whether a way passes over or under what lies across it: a bridge or a tunnel."""
    return any(value not in ("no", "None") for key in PASSES_OVER for value in values(tags.get(key)))


def _has_sidewalk(tags: Mapping[str, object]) -> bool:
    sides = (tags.get(key) for key in ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"))
    return any(value in BESIDE for side in sides for value in values(side))
