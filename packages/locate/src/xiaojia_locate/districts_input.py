"""Are the claims of districts and of single points sound? They are checked here."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from xiaojia_locate.errors import Infeasible, LocateError
from xiaojia_locate.question import row
from xiaojia_locate.reach import Floats, Ints, Reach


def members_of(
    districts: npt.ArrayLike | None, least_share: npt.ArrayLike, first: Floats
) -> tuple[sparse.csr_matrix, Floats]:
    """Return the weight of each point in its district (n_district, n_demand), and each district's least share."""
    number = np.zeros(len(first), np.int64) if districts is None else np.asarray(districts)
    if number.shape != first.shape or not np.issubdtype(number.dtype, np.integer):
        raise LocateError("districts", f"districts: {len(first)} whole numbers needed.")
    below = np.flatnonzero(number < 0)
    if len(below):
        raise LocateError("districts", "Districts are numbered from 0.", below)
    count = int(number.max(initial=0)) + 1
    share = np.asarray(least_share, dtype=np.float64)
    if share.ndim == 1 and len(share) >= count:
        count = len(share)
    least = row(np.full(count, float(share)) if share.ndim == 0 else share, count, "least_share")
    wrong = np.flatnonzero(least > 1)
    if len(wrong):
        raise LocateError("range", "Least shares are at most 1.", wrong)
    return sparse.csr_matrix((first, (number, np.arange(len(first)))), shape=(count, len(first))), least


def points_to_cover(must_cover: Iterable[int], reach: Reach, usable: Ints) -> npt.NDArray[np.bool_]:
    """Return which points must be covered, or say which of them no usable site reaches."""
    numbers = np.unique(np.fromiter((int(point) for point in must_cover), dtype=np.int64))
    if len(numbers) and (numbers[0] < 0 or numbers[-1] >= reach.n_demand):
        raise LocateError("unknown_point", f"must_cover: points are numbered 0 to {reach.n_demand - 1}.")
    must = np.zeros(reach.n_demand, dtype=bool)
    must[numbers] = True
    reached = (reach.matrix() @ np.isin(np.arange(reach.n_site), usable)) > 0
    lost = np.flatnonzero(must & ~reached)
    if len(lost):
        raise Infeasible("must_cover", "No site reaches points that must be covered.", float(len(lost)), lost)
    return must
