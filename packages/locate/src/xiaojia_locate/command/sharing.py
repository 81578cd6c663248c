"""How many sites does each district get? As said, or in proportion to the demand that nobody reaches yet."""

from typing import Any

import numpy as np

from xiaojia_locate.command.faults import usage
from xiaojia_locate.command.options import Options


def shared(options: Options, names: list[str], need: list[float], room: list[int]) -> list[dict[str, Any]]:
    """Return each district's goal as options; `need`: its uncovered demand, `room`: its candidates."""
    if options.cover_share is not None:
        return [{}] * len(names)
    if options.district_open:
        return _said(options, names)
    if options.budget is not None:
        whole = sum(need) or 1.0
        return [{"budget": max(options.budget * one / whole, 1e-9)} for one in need]
    return [{"open": count} for count in proportional(options.open or 0, need, room)]


def proportional(total: int, need: list[float], room: list[int]) -> list[int]:
    """Return whole numbers that add up to `total` where the rooms allow it, by the largest remainder (Hamilton).

    >>> proportional(5, [60.0, 30.0, 10.0], [9, 9, 9]), proportional(5, [60.0, 30.0, 10.0], [1, 9, 9])
    ([3, 2, 0], [1, 3, 1])
    """
    given = np.zeros(len(need), np.int64)
    left, open_to = total, np.array(need) > 0
    while left > 0 and open_to.any():
        share = np.where(open_to, need, 0.0) / np.where(open_to, need, 0.0).sum() * left
        whole = np.minimum(np.floor(share + 1e-9).astype(np.int64), np.array(room) - given)
        rest = left - int(whole.sum())
        for place in np.argsort(-(share - np.floor(share + 1e-9)), kind="stable")[: max(rest, 0)]:
            if rest and open_to[place] and given[place] + whole[place] < room[place]:
                whole[place] += 1
                rest -= 1
        if not whole.sum():
            break
        given, left = given + whole, left - int(whole.sum())
        open_to &= given < np.array(room)
    return [int(count) for count in given]


def _said(options: Options, names: list[str]) -> list[dict[str, Any]]:
    said: dict[str, float] = {}
    for part in filter(None, (one.strip() for one in options.district_open.replace("，", ",").split(","))):
        name, equals, number = part.partition("=")
        try:
            said[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals or name.strip() not in names:
            raise usage(
                "bad_option", option="--district-open", why=f"“{part}”: write NAME=NUMBER; districts: {', '.join(names)}.",
                zh=f"“{part}”应写成 区名=数量，现有：{'、'.join(names)}。",
            )  # fmt: skip
    if options.budget is not None:
        return [{"budget": max(said.get(name, 0.0), 1e-9)} for name in names]
    return [{"open": int(said.get(name, 0))} for name in names]
