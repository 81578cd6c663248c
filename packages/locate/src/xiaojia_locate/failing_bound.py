"""How good can a choice of sites that may fail be? One tangent for each class, moved until their bound is least.

Theorem (dual of the tangents): for any depths v (n,) ≥ 0 no choice within the budget earns more than

    Σ_i w_i (1 − e^(−v_i)(1 + v_i)) + K(Σ_{i reached by j} w_i e^(−v_i) a_j),

K being the largest sum of these amounts over parts of sites within the budget (Dantzig's bound of the knapsack). Proof: each
class is replaced by its tangent at v_i, and the sum of the tangents is a sum over sites. With δ_i = w_i e^(−v_i) the bound is
convex in δ, and u_i(y) − v_i for the y that K takes is a subgradient; steps after Polyak (1969) lower it.

Theorem (steps): let P be the largest chance p_j of a site that reaches the class, Q = 1 − P, x = Σ p_j over the chosen ones.
Then 1 − Π q_j ≤ φ(x), the concave function that joins the points (l·P, 1 − Q^l), l = 0, 1, 2, … by lines; so for every l
1 − Π q_j ≤ 1 − Q^l + Q^l (x − l·P). Proof: log(1 − p) is concave, so among chances of at most P with sum x the product is least
where all but one are P or 0 (Karamata), which gives φ(x) itself. Between whole choices these lines lie far below the tangents.
With multipliers δ_i they bound every choice by Σ_i max_l (w_i (1 − Q_i^l) − δ_i l P_i) + K(p_j Σ_{i reached by j} δ_i).
"""

from dataclasses import dataclass

import numpy as np

from xiaojia_locate.answer import Limits
from xiaojia_locate.reach import Floats, Ints, Reach

STEPS, PATIENCE, DEEPEST = 1500, 25, 40.0


@dataclass(frozen=True)
class Chances:
    """Classes of demand with weights (n,), sites with −log of their chance to be closed (m,), costs (m,), budget."""

    reach: Reach
    weights: Floats
    logs: Floats
    costs: Floats
    budget: float

    def depth(self, parts: Floats) -> Floats:
        """Return u = Σ a_j y_j of each class, (n,)."""
        return self.reach.matrix() @ (self.logs * parts)

    def value(self, sites: Ints) -> float:
        """Return the expected weight that a choice serves."""
        return float(self.weights @ -np.expm1(-self.depth(np.isin(np.arange(len(self.logs)), sites).astype(float))))


def knapsack(question: Chances, worth: Floats) -> tuple[float, Floats]:
    """Return the largest sum of worths over parts of sites within the budget, and the parts (m,)."""
    order = np.argsort(-worth / question.costs, kind="stable")
    before = np.cumsum(question.costs[order]) - question.costs[order]
    parts = np.zeros(len(worth))
    parts[order] = np.clip((question.budget - before) / question.costs[order], 0.0, 1.0)
    parts[worth <= 0] = 0.0
    return float(worth @ parts), parts


def tangent_bound(question: Chances, depth: Floats) -> tuple[float, Floats]:
    """Return the theorem's bound for any depths (n,) ≥ 0, and the parts of the sites that attain it."""
    slope = question.weights * np.exp(-depth)
    earned, parts = knapsack(question, question.logs * (question.reach.matrix().T @ slope))
    return float((question.weights - slope * (1 + depth)).sum() + earned), parts


def highest(question: Chances) -> Floats:
    """Return the largest chance of a site that reaches each class, P (n,)."""
    chance = -np.expm1(-question.logs)
    return np.maximum.reduceat(chance[question.reach.sites], question.reach.starts[:-1])


def steps_bound(question: Chances, ratio: Floats, top: Floats) -> tuple[float, Floats, Floats]:
    """Return the steps' bound for δ = weights × ratio, 0 < ratio ≤ 1, each class's best l, and the parts of the sites."""
    shut = np.maximum(1e-12, 1.0 - top)
    level = np.maximum(0.0, np.ceil(np.log(ratio) / np.log(shut) - 1e-12))
    chance = -np.expm1(-question.logs)
    earned, parts = knapsack(question, chance * (question.reach.matrix().T @ (question.weights * ratio)))
    return float(question.weights @ (1 - shut**level - ratio * level * top) + earned), level, parts


def stepped(question: Chances, value: float, limits: Limits) -> tuple[Floats, float]:
    """Return for each class the l of the line that a low bound uses, and the bound."""
    top, chance = highest(question), -np.expm1(-question.logs)
    ratio = best_ratio = np.full(len(top), 0.5)
    best, best_level, scale, idle = np.inf, np.zeros(len(top)), 1.0, 0
    for _ in range(STEPS):
        bound, level, parts = steps_bound(question, ratio, top)
        if bound < best * (1 - 1e-6):
            best, best_level, best_ratio, idle = bound, level, ratio, 0
        else:
            idle += 1
        if idle > PATIENCE:
            scale, idle, ratio = scale / 2, 0, best_ratio
            bound, level, parts = steps_bound(question, ratio, top)
        if scale < 1e-3 or bound <= value or limits.over() is not None:
            break
        slope = question.reach.matrix() @ (chance * parts) - level * top
        length = scale * (bound - value) / max(1e-300, float(question.weights @ slope**2))
        ratio = np.clip(ratio - length * slope, 1e-12, 1.0)
    return best_level, best


def descended(question: Chances, sites: Ints, value: float, limits: Limits) -> tuple[Floats, float]:
    """Return depths with a low bound, and the bound; `sites` and `value`: the best known choice."""
    opened = np.isin(np.arange(len(question.logs)), sites).astype(float)
    depth = best_depth = np.minimum(DEEPEST, question.depth(opened))
    best, scale, idle = np.inf, 1.0, 0
    for _ in range(STEPS):
        bound, parts = tangent_bound(question, depth)
        if bound < best * (1 - 1e-6):
            best, best_depth, idle = bound, depth, 0
        else:
            idle += 1
        if idle > PATIENCE:
            scale, idle, depth = scale / 2, 0, best_depth
            bound, parts = tangent_bound(question, depth)
        if scale < 1e-3 or bound <= value or limits.over() is not None:
            break
        slope = question.depth(parts) - depth
        ratio = np.exp(-depth)  # δ = w·ratio; steps are taken in δ, scaled by the weight of the class
        length = scale * (bound - value) / max(1e-300, float(question.weights @ slope**2))
        depth = -np.log(np.clip(ratio - length * slope, np.exp(-DEEPEST), 1.0))
    return best_depth, best
