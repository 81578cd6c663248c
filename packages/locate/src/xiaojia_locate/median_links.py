"""What does each client pay at each site? Rows of costs that ascend, and what a client pays when no listed site opens."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from xiaojia_locate.classes import places_of
from xiaojia_locate.reach import Floats, Ints

Sites = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Links:
    """Costs (weight × distance) of clients at sites: CSR rows by client, ascending in each row, all below the client's cap.

    `starts` (n + 1,), `sites` (pairs,) int32, `costs` (pairs,); `caps` (n,): a client costs this when no listed site is open
    (it is served by a site that is open already, or a penalty is paid). The cost of a choice S is
    Σ_i min(caps_i, min {costs_ij : j in S}).
    """

    starts: Ints
    sites: Sites
    costs: Floats
    caps: Floats
    n_site: int

    @property
    def n_client(self) -> int:
        return len(self.starts) - 1

    @property
    def n_pairs(self) -> int:
        return int(self.starts[-1])

    def owners(self) -> Ints:
        """Return the client of every pair, (pairs,)."""
        return np.repeat(np.arange(self.n_client), np.diff(self.starts))

    def first(self) -> Floats:
        """Return what each client pays at least, (n,)."""
        least = self.caps.copy()
        some = np.flatnonzero(np.diff(self.starts))
        least[some] = self.costs[self.starts[some]]
        return least

    def keep(self, wanted: npt.NDArray[np.bool_]) -> "Links":
        """Return the links of which `wanted` (pairs,) says so."""
        counts = np.concatenate([[0], np.cumsum(wanted)])
        return Links(counts[self.starts], self.sites[wanted], self.costs[wanted], self.caps, self.n_site)

    def below(self, caps: Floats) -> "Links":
        """Return the same under lower caps."""
        caps = np.minimum(self.caps, caps)
        kept = self.keep(self.costs < np.repeat(caps, np.diff(self.starts)))
        return Links(kept.starts, kept.sites, kept.costs, caps, self.n_site)

    def given(self, sites: Ints) -> "Links":
        """Return what is left to decide once some sites are open: they become caps."""
        opened = np.zeros(self.n_site, dtype=bool)
        opened[sites] = True
        return self.below(self.values(opened))

    def only(self, sites: Ints) -> "Links":
        """Return the links to some sites, renumbered in the order asked; `sites` ascending."""
        number = np.full(self.n_site, -1, dtype=np.int32)
        number[sites] = np.arange(len(sites), dtype=np.int32)
        part = self.keep(number[self.sites] >= 0)
        return Links(part.starts, number[part.sites], part.costs, part.caps, len(sites))

    def rows(self, clients: Ints) -> "Links":
        """Return the links of some clients, in the order asked."""
        places, starts = places_of(self.starts, clients)
        return Links(starts, self.sites[places], self.costs[places], self.caps[clients], self.n_site)

    def values(self, opened: npt.NDArray[np.bool_]) -> Floats:
        """Return what each client pays when these sites are open, (n,)."""
        found = np.flatnonzero(opened[self.sites])
        paid = self.caps.copy()
        np.minimum.at(paid, np.searchsorted(self.starts, found, side="right") - 1, self.costs[found])
        return paid


@dataclass(frozen=True)
class Back:
    """The same links by site: `starts` (m + 1,), `clients` (pairs,) int32, `costs` (pairs,)."""

    starts: Ints
    clients: Sites
    costs: Floats


def turned(links: Links) -> Back:
    """Return the links by site, clients ascending."""
    order = np.argsort(links.sites, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(links.sites, minlength=links.n_site))])
    clients = links.owners().astype(np.int32)[order]
    return Back(starts.astype(np.int64), clients, links.costs[order])


def from_rows(parts: Iterator[tuple[Sites, Floats, Ints]], caps: Floats, n_site: int) -> Links:
    """Return links put together from blocks of rows: sites, costs and lengths of rows in each block."""
    sites, costs, lengths = (list(part) for part in zip(*parts, strict=True))
    starts = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
    return Links(starts, np.concatenate(sites), np.concatenate(costs), caps, n_site)
