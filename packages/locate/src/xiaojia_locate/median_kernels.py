"""Which inner loops of the p-median are compiled? These, where numba is installed; else the same in NumPy.

State of a choice, changed in place: `open` (m,) bool; `near` (n, 2) int32: the two cheapest open sites of each client, −1 if
its cap is cheaper; `cost` (n, 2): what they cost; `loss` (m,): what closing an open site adds.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from xiaojia_locate.classes import places_of
from xiaojia_locate.kernels import COMPILED, njit  # type: ignore[attr-defined]
from xiaojia_locate.median_links import Back, Links, Sites
from xiaojia_locate.reach import Floats, Ints

TINY = 1e-9
Mask = npt.NDArray[np.bool_]


class State(NamedTuple):
    """A choice of sites; see the module."""

    open: Mask
    near: Sites
    cost: Floats
    loss: Floats


def worth_numpy(links: Links, multipliers: Floats) -> Floats:
    """Return Σ_i max(0, multipliers_i − cost_ij) of every site j, (m,)."""
    rest = np.maximum(0.0, np.repeat(multipliers, np.diff(links.starts)) - links.costs)
    return np.bincount(links.sites, rest, minlength=links.n_site).astype(np.float64)


def served_numpy(links: Links, multipliers: Floats, parts: Floats) -> Floats:
    """Return Σ_j parts_j over the sites that cost each client less than its multiplier, (n,)."""
    shares = parts[links.sites] * (links.costs < np.repeat(multipliers, np.diff(links.starts)))
    sums = np.concatenate([[0.0], np.cumsum(shares)])
    got: Floats = sums[links.starts[1:]] - sums[links.starts[:-1]]
    return got


def settle_numpy(links: Links, state: State, clients: Ints) -> None:
    """Look up the two cheapest open sites of some clients."""
    places, starts = places_of(links.starts, clients)
    found = np.flatnonzero(state.open[links.sites[places]])
    row = np.searchsorted(starts, found, side="right") - 1
    first = np.searchsorted(row, np.arange(len(clients)))
    for rank in range(2):
        at = first + rank
        there = at < len(found)
        there[there] = row[at[there]] == np.flatnonzero(there)
        place = places[found[at[there]]]
        state.near[clients, rank], state.cost[clients, rank] = -1, links.caps[clients]
        state.near[clients[there], rank], state.cost[clients[there], rank] = links.sites[place], links.costs[place]


def exchange_numpy(site: int, back: Back, state: State, price: Floats, left: float) -> tuple[float, int]:
    """Return what opening `site` saves at best, and the site that closes for it, −1 for none; −inf if nothing fits."""
    part = slice(back.starts[site], back.starts[site + 1])
    who, paid = back.clients[part], back.costs[part]
    closer = paid < state.cost[who, 1]
    who, paid = who[closer], paid[closer]
    best, second = state.cost[who, 0], state.cost[who, 1]
    gain = float(np.maximum(0.0, best - paid).sum())
    eased = np.zeros(len(price) + 1)
    np.add.at(eased, state.near[who, 0], second - np.maximum(best, paid))
    if price[site] <= left:
        return gain, -1
    out = np.flatnonzero(state.open & (price[site] - price <= left))
    if not len(out):
        return -np.inf, -1
    lost = state.loss[out] - eased[out]
    place = int(np.argmin(lost))
    return gain - float(lost[place]), int(out[place])


def shift_numpy(site: int, opening: bool, links: Links, back: Back, state: State) -> None:
    """Open or close a site."""
    part = slice(back.starts[site], back.starts[site + 1])
    who, paid = back.clients[part].astype(np.int64), back.costs[part]
    touched = paid < state.cost[who, 1] if opening else (state.near[who] == site).any(axis=1)
    who = who[touched]
    state.open[site] = opening
    _lose(state, who, -1.0)
    settle_numpy(links, state, who)
    _lose(state, who, 1.0)


def _lose(state: State, who: Ints, sign: float) -> None:
    served = who[state.near[who, 0] >= 0]
    np.add.at(state.loss, state.near[served, 0], sign * (state.cost[served, 1] - state.cost[served, 0]))


def descend_numpy(
    order: Ints, links: Links, back: Back, state: State, price: Floats, left: float, least: float
) -> tuple[float, float]:
    """Try every site of `order` once, exchanging whenever that saves more than `least`; return what was saved, and `left`."""
    saved = 0.0
    for site in order:
        if state.open[site]:
            continue
        gain, out = exchange_numpy(int(site), back, state, price, left)
        if gain > least:
            shift_numpy(int(site), True, links, back, state)
            left -= price[site]
            if out >= 0:
                shift_numpy(out, False, links, back, state)
                left += price[out]
            saved += gain
    return saved, left


@njit(cache=True)
def _worth(starts, sites, costs, multipliers, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    out[:] = 0.0
    for i in range(len(starts) - 1):
        most = multipliers[i]
        for a in range(starts[i], starts[i + 1]):
            if costs[a] >= most:
                break
            out[sites[a]] += most - costs[a]


@njit(cache=True)
def _served(starts, sites, costs, multipliers, parts, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for i in range(len(starts) - 1):
        most, got = multipliers[i], 0.0
        for a in range(starts[i], starts[i + 1]):
            if costs[a] >= most:
                break
            got += parts[sites[a]]
        out[i] = got


@njit(cache=True)
def _settle(i, starts, sites, costs, caps, opened, near, cost):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    rank = 0
    near[i, 0] = near[i, 1] = -1
    cost[i, 0] = cost[i, 1] = caps[i]
    for a in range(starts[i], starts[i + 1]):
        if opened[sites[a]]:
            near[i, rank], cost[i, rank] = sites[a], costs[a]
            rank += 1
            if rank > 1:
                break


@njit(cache=True)
def _settle_all(clients, starts, sites, costs, caps, opened, near, cost):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for i in clients:
        _settle(i, starts, sites, costs, caps, opened, near, cost)


@njit(cache=True)
def _shift(site, opening, links, back, state):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    starts, sites, costs, caps = links
    back_starts, clients, paid = back
    opened, near, cost, loss = state
    opened[site] = opening
    for a in range(back_starts[site], back_starts[site + 1]):
        i = clients[a]
        if opening:
            touched = paid[a] < cost[i, 1]
        else:
            touched = near[i, 0] == site or near[i, 1] == site
        if touched:
            if near[i, 0] >= 0:
                loss[near[i, 0]] -= cost[i, 1] - cost[i, 0]
            _settle(i, starts, sites, costs, caps, opened, near, cost)
            if near[i, 0] >= 0:
                loss[near[i, 0]] += cost[i, 1] - cost[i, 0]


@njit(cache=True)
def _exchange(site, back, state, price, left, eased, listed, n_open):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    back_starts, clients, paid = back
    _, near, cost, loss = state
    for k in range(n_open):
        eased[listed[k]] = 0.0
    gain = 0.0
    for a in range(back_starts[site], back_starts[site + 1]):
        i, c = clients[a], paid[a]
        if c < cost[i, 1]:
            if c < cost[i, 0]:
                gain += cost[i, 0] - c
                if near[i, 0] >= 0:
                    eased[near[i, 0]] += cost[i, 1] - cost[i, 0]
            elif near[i, 0] >= 0:
                eased[near[i, 0]] += cost[i, 1] - c
    if price[site] <= left:
        return gain, -1
    best, out = np.inf, -1
    for k in range(n_open):
        r = listed[k]
        if price[site] - price[r] <= left and loss[r] - eased[r] < best:
            best, out = loss[r] - eased[r], r
    return gain - best, out


@njit(cache=True)
def _descend(order, links, back, state, price, left, least, eased, listed, n_open):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    saved = 0.0
    for site in order:
        if state[0][site]:
            continue
        gain, out = _exchange(site, back, state, price, left, eased, listed, n_open)
        if gain > least:
            _shift(site, True, links, back, state)
            left -= price[site]
            if out >= 0:
                _shift(out, False, links, back, state)
                left += price[out]
            n_open = 0
            for j in range(len(price)):
                if state[0][j]:
                    listed[n_open] = j
                    n_open += 1
            saved += gain
    return saved, left


def _plain(links: Links) -> tuple[Any, ...]:
    return links.starts, links.sites, links.costs, links.caps


def worth_compiled(links: Links, multipliers: Floats) -> Floats:
    """As `worth_numpy`, compiled."""
    out = np.empty(links.n_site)
    _worth(links.starts, links.sites, links.costs, multipliers, out)
    return out


def served_compiled(links: Links, multipliers: Floats, parts: Floats) -> Floats:
    """As `served_numpy`, compiled."""
    out = np.empty(links.n_client)
    _served(links.starts, links.sites, links.costs, multipliers, parts, out)
    return out


def settle_compiled(links: Links, state: State, clients: Ints) -> None:
    """As `settle_numpy`, compiled."""
    rows = links.starts, links.sites, links.costs, links.caps
    _settle_all(clients, *rows, state.open, state.near, state.cost)


def shift_compiled(site: int, opening: bool, links: Links, back: Back, state: State) -> None:
    """As `shift_numpy`, compiled."""
    rows: tuple[Any, ...] = (back.starts, back.clients, back.costs)
    _shift(site, opening, _plain(links), rows, tuple(state))


def descend_compiled(
    order: Ints, links: Links, back: Back, state: State, price: Floats, left: float, least: float
) -> tuple[float, float]:
    """As `descend_numpy`, compiled."""
    opened = np.flatnonzero(state.open)
    listed = np.zeros(len(price), dtype=np.int64)
    listed[: len(opened)] = opened
    rows = (back.starts, back.clients, back.costs)
    eased = np.zeros(len(price))
    saved, left = _descend(order, _plain(links), rows, tuple(state), price, left, least, eased, listed, len(opened))
    return float(saved), float(left)


worth = worth_compiled if COMPILED else worth_numpy
served = served_compiled if COMPILED else served_numpy
settle = settle_compiled if COMPILED else settle_numpy
shift = shift_compiled if COMPILED else shift_numpy
descend = descend_compiled if COMPILED else descend_numpy
