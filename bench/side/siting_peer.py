"""How are the same questions answered by what exists? spopt, and HiGHS with the models written well, in a process of its own.

Run by path in the peers' environment: `siting_peer.py JOB.json`; it imports nothing of Xiaojia. The mathematical programs are
Church and ReVelle's (covering), ReVelle and Swain's (p-median) and Minieka's bisection (p-center), sparse, in one call.
"""

import json
import re
import sys
import time
from pathlib import Path

import highspy
import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

EDGE = 1 + 1e-12


def relation(asked, points=None):
    """Return which site reaches which point, as a CSR matrix of ones."""
    if "starts" in asked:
        shape = (len(asked["starts"]) - 1, int(asked["n_site"]))
        return sparse.csr_matrix((np.ones(len(asked["columns"])), asked["columns"], asked["starts"]), shape=shape)
    points = asked["points"] if points is None else points
    tree = cKDTree(points)
    found = [np.array(tree.query_ball_point(s, asked["limit_m"] * EDGE), np.int32) for s in asked["sites"]]
    starts = np.concatenate([[0], np.cumsum([len(one) for one in found])])
    flat = np.concatenate(found)
    return sparse.csc_matrix((np.ones(len(flat)), flat, starts), shape=(len(points), len(found))).tocsr()


def merged(asked, weights):
    """Return the relation of classes, and their summed weights: points with the same set of sites are one (np.unique)."""
    labels = np.random.default_rng(0).integers(1, 2**62, len(sites_of(asked)))
    if "starts" in asked:
        matrix = relation(asked)
        keys = matrix.astype(np.int64) @ labels
    else:
        tree, keys = cKDTree(asked["points"]), np.zeros(len(asked["points"]), np.int64)
        for site, label in zip(asked["sites"], labels, strict=True):
            keys[tree.query_ball_point(site, asked["limit_m"] * EDGE)] += label
    _, first, of_class = np.unique(keys, return_index=True, return_inverse=True)
    rows = matrix[first] if "starts" in asked else relation(asked, asked["points"][first])
    return rows, np.column_stack([np.bincount(of_class, column) for column in weights.T])


def sites_of(asked):
    return asked["sites"] if "sites" in asked else range(int(asked["n_site"]))


def weights_of(asked):
    n = len(asked["points"]) if "points" in asked else len(asked["starts"]) - 1
    levels = [asked["weights"] if "weights" in asked else np.ones(n)]
    return np.column_stack([*levels, *([asked["again"]] if "again" in asked else [])])


def mip(cost, rows, low, high, *, upper, whole, until, integral=False):
    """Minimise cost·x over low ≤ rows·x ≤ high, 0 ≤ x ≤ upper; return x, bound and whether it is proven."""
    model, solver = highspy.HighsLp(), highspy.Highs()
    rows = rows.tocsr()
    model.num_col_, model.num_row_ = rows.shape[1], rows.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(len(cost)), upper
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr.astype(np.int32), rows.indices.astype(np.int32)
    model.a_matrix_.value_ = rows.data.astype(float)
    kinds = [highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger]
    model.integrality_ = [kinds[int(flag)] for flag in whole]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.999 if integral else 1e-6)
    solver.setOptionValue("time_limit", max(0.1, until - time.perf_counter()))
    solver.passModel(model)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    found = info.primal_solution_status == 2  # kSolutionStatusFeasible
    x = np.array(solver.getSolution().col_value) if found else None
    return x, info.mip_dual_bound, status == highspy.HighsModelStatus.kOptimal, solver.modelStatusToString(status)


def covering(asked, until, matrix, weights):
    """Church and ReVelle: site variables whole, class variables between 0 and 1; second coverage, budget, share as asked."""
    kept = np.diff(matrix.indptr) > 0
    total = weights.sum()
    matrix, weights = matrix[kept], weights[kept]
    n, m = matrix.shape
    levels = weights.shape[1]
    block = sparse.hstack([-matrix, *[sparse.identity(n)] * levels]).tocsr()
    price = asked.get("costs", np.ones(m)).astype(float)
    flat = weights.T.ravel()
    if "share" in asked:
        last, low, high = np.concatenate([np.zeros(m), flat]), asked["share"] * total, np.inf
        cost, integral = np.concatenate([price, np.zeros(len(flat))]), "costs" not in asked
    else:
        last = np.concatenate([price, np.zeros(len(flat))])
        low, high = -np.inf, float(asked.get("budget", asked.get("open_sites", 0)))
        cost, integral = np.concatenate([np.zeros(m), -flat]), bool(np.all(flat == np.rint(flat)))
    x, bound, proven, said = mip(
        cost, sparse.vstack([block, sparse.csr_matrix(last)]), np.append(np.full(n, -np.inf), low), np.append(np.zeros(n), high),
        upper=np.ones(len(cost)), whole=np.arange(len(cost)) < m, until=until, integral=integral,
    )  # fmt: skip
    sites = np.flatnonzero(x[:m] > 0.5) if x is not None else None
    return sites, bound if "share" in asked else -bound, proven, said


def plain(asked, until):
    return beyond_fixed(asked, until, relation(asked), weights_of(asked))


def beyond_fixed(asked, until, matrix, weights):
    """What the fixed sites cover is earned already; the rest is the question (single coverage)."""
    fixed = asked.get("fixed", np.zeros(0, int))
    if not len(fixed):
        return covering(asked, until, matrix, weights)
    open_now = np.isin(np.arange(matrix.shape[1]), fixed)
    left = matrix @ open_now.astype(float) == 0
    rest = {key: held for key, held in asked.items() if key != "fixed"}
    sites, bound, proven, said = covering(rest, until, matrix[left][:, ~open_now], weights[left])
    if sites is not None:
        sites = np.union1d(fixed, np.flatnonzero(~open_now)[sites])
    return sites, bound + weights[~left].sum(), proven, said


def merged_highs(asked, until):
    if "hours" in asked:
        return covering(asked, until, *by_hour(asked))
    return beyond_fixed(asked, until, *merged(asked, weights_of(asked)))


def by_hour(asked):
    """Pairs of a class and a slot of time, reached by the sites that are open then."""
    rows, weights = merged(asked, asked["by_slot"])
    parts = [rows.multiply(open_then[None, :]).tocsr() for open_then in asked["hours"].T.astype(float)]
    for part in parts:
        part.eliminate_zeros()
    return sparse.vstack(parts).tocsr(), weights.T.reshape(-1, 1)


def distances(asked):
    return asked["table"] if "table" in asked else cdist(asked["points"], asked["sites"])


def center_bisection(asked, until):
    """Minieka: the least radius at which p sites cover all, by bisection over the distances; each step a set covering."""
    far, p = distances(asked), int(asked["open_sites"])
    low, high, best = 0.0, float(far[:, :p].min(axis=1).max()), np.arange(p)
    m = far.shape[1]
    while time.perf_counter() < until:
        between = far[(far > low) & (far < high)]
        if not len(between):
            break
        middle = float(np.partition(between, len(between) // 2)[len(between) // 2])
        rows = sparse.csr_matrix(far <= middle).astype(float)
        if (np.diff(rows.indptr) == 0).any():
            low = middle
            continue
        x, bound, proven, _ = mip(np.ones(m), rows, np.ones(len(far)), np.full(len(far), np.inf), upper=np.ones(m),
                                  whole=np.ones(m), until=until, integral=True)  # fmt: skip
        if x is not None and (x > 0.5).sum() <= p:
            best = np.flatnonzero(x > 0.5)
            high = float(far[:, best].min(axis=1).max())
        elif bound > p + 1e-6 or proven:
            low = middle
        else:
            break
    done = not ((far > low) & (far < high)).any()
    return best, high if done else low, done, "Optimal" if done else "Time limit reached"


def median_plain(asked, until):
    """ReVelle and Swain, the strong form: x_ij ≤ y_j for every pair."""
    far, p = distances(asked), int(asked["open_sites"])
    n, m = far.shape
    pairs = sparse.identity(n * m, format="csr")
    once = sparse.kron(sparse.identity(n), np.ones((1, m)), format="csr")
    to_site = sparse.kron(np.ones((n, 1)), -sparse.identity(m), format="csr")
    rows = sparse.vstack([sparse.hstack([sparse.csr_matrix((n, m)), once]), sparse.hstack([to_site, pairs]),
                          sparse.csr_matrix(np.concatenate([np.ones(m), np.zeros(n * m)]))])  # fmt: skip
    weights = asked.get("weights", np.ones(n))
    cost = np.concatenate([np.zeros(m), (weights[:, None] * far).ravel()])
    low = np.concatenate([np.ones(n), np.full(n * m, -np.inf), [p]])
    high = np.concatenate([np.ones(n), np.zeros(n * m), [p]])
    x, bound, proven, said = mip(cost, rows, low, high, upper=np.ones(len(cost)), whole=np.arange(len(cost)) < m,
                                 until=until, integral=bool(np.all(cost == np.rint(cost))))  # fmt: skip
    return (np.flatnonzero(x[:m] > 0.5) if x is not None else None), bound, proven, said


def spopt(asked, until, solver):
    """PySAL spopt through pulp: what its model says of itself, and whether the solver was cut off."""
    import pulp
    from spopt.locate import MCLP, PCenter, PMedian

    far, kind = distances(asked), str(asked["kind"])
    fixed = asked.get("fixed", np.zeros(0, int))
    p = int(asked["open_sites"]) + len(fixed)
    weights = asked["weights"] if "weights" in asked else np.ones(len(far))
    if kind == "center":
        model = PCenter.from_cost_matrix(far, p)
    elif kind == "median":
        model = PMedian.from_cost_matrix(far, weights, p)
    else:
        held = np.isin(np.arange(far.shape[1]), fixed).astype(int) if len(fixed) else None
        model = MCLP.from_cost_matrix(far, weights, float(asked["limit_m"]), p, predefined_facilities_arr=held)
    left = max(1.0, until - time.perf_counter())
    engine = pulp.PULP_CBC_CMD if solver == "cbc" else pulp.HiGHS
    model.solve(engine(msg=False, timeLimit=left, gapRel=0.0), results=False)
    late = time.perf_counter() >= until - 0.5
    sites = np.array([j for j, var in enumerate(model.fac_vars) if (var.value() or 0) > 0.5])
    problem = model.problem
    said = f"{pulp.LpStatus[problem.status]}, {pulp.LpSolution[problem.sol_status]}"
    return (
        sites,
        float("nan"),
        problem.status == problem.sol_status == 1 and not late,
        said + (" (time ran out)" if late else ""),
    )


SOLVERS = {
    "plain HiGHS": plain, "merged + HiGHS": merged_highs, "bisection + HiGHS": center_bisection,
    "plain HiGHS, p-median": median_plain, "spopt + CBC": lambda a, u: spopt(a, u, "cbc"),
    "spopt + HiGHS": lambda a, u: spopt(a, u, "highs"),
}  # fmt: skip


def peak_mib():
    """As `bench.side.report.peak_mib`, which this environment cannot import."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


def main(job_file):
    """Answer one job; what was found is written beside it, whatever happened."""
    job = json.loads(Path(job_file).read_text())
    asked = dict(np.load(job["instance"]))
    if job["solver"].startswith("spopt"):
        import spopt.locate  # noqa: F401 - imports are not what is measured
    began = time.perf_counter()
    try:
        if "path" in asked:
            asked["points"] = np.load(str(asked["path"]))
        sites, bound, proven, said = SOLVERS[job["solver"]](asked, began + job["limit_s"])
        out = {"sites": None if sites is None else sites.tolist(), "bound": bound, "proven": bool(proven), "says": said}
    except MemoryError as error:
        out = {"sites": None, "bound": None, "proven": False, "says": f"MemoryError: {error}"[:90]}
    except Exception as error:  # noqa: BLE001 - a peer's failure is a row of the table
        out = {"sites": None, "bound": None, "proven": False, "says": f"{type(error).__name__}: {error}"[:90]}
    out |= {"time_s": time.perf_counter() - began, "peak_mib": peak_mib()}
    Path(job["answer"]).write_text(json.dumps(out))


if __name__ == "__main__":
    main(sys.argv[1])
