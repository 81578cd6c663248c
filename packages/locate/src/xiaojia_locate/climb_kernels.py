"""How does a choice improve fast? Filling, exchanging and shaking in compiled code; `search` has the same in NumPy.

All arrays are those of `search.Choice` and change in place: `open_` (m,) bool, `count` (n,), `gain` (m,), `loss` (m,).
`sums` (2,): value and cost of the choice.
"""
# ruff: noqa: ANN001, ANN202

from xiaojia_locate.kernels import _regained, _shift, njit

TINY = 1e-9


@njit(cache=True)
def put(site, sign, task, open_, count, gain, loss, sums):  # type: ignore[no-untyped-def]
    """Open (1) or close (−1) a site."""
    to_s, to_i, back_s, back_i, steps, costs, _ = task
    sums[0] += gain[site] if sign > 0 else -loss[site]
    sums[1] += sign * costs[site]
    open_[site] = sign > 0
    _shift(site, sign, to_s, to_i, back_s, back_i, steps, count, gain, loss)


@njit(cache=True)
def fill(task, open_, count, gain, loss, sums):  # type: ignore[no-untyped-def]
    """Open the site with the most gain for its cost until nothing fits or nothing gains."""
    costs, budget = task[5], task[6]
    while True:
        best, site = -1.0, -1
        for j in range(len(costs)):
            if not open_[j] and costs[j] <= budget - sums[1] + TINY and gain[j] / costs[j] > best:
                best, site = gain[j] / costs[j], j
        if best <= TINY:
            return
        put(site, 1, task, open_, count, gain, loss, sums)


@njit(cache=True)
def swap(task, open_, count, gain, loss, sums, out):  # type: ignore[no-untyped-def]
    """Make the one exchange that gains most; return whether there was one."""
    to_s, to_i, back_s, back_i, steps, costs, budget = task
    best, first, second = TINY * max(1.0, sums[0]), -1, -1
    for o in range(len(costs)):
        if not open_[o]:
            continue
        _regained(o, to_s, to_i, back_s, back_i, steps, count, out)
        left = budget - sums[1] + TINY + costs[o]
        for j in range(len(costs)):
            if not open_[j] and costs[j] <= left and gain[j] - loss[o] + out[j] > best:
                best, first, second = gain[j] - loss[o] + out[j], o, j
    if first < 0:
        return False
    put(first, -1, task, open_, count, gain, loss, sums)
    put(second, 1, task, open_, count, gain, loss, sums)
    return True


@njit(cache=True)
def climb(task, open_, count, gain, loss, sums, out, moves):  # type: ignore[no-untyped-def]
    """Fill and exchange at most `moves` times; return whether an end was reached."""
    fill(task, open_, count, gain, loss, sums)
    for _ in range(moves):
        if not swap(task, open_, count, gain, loss, sums, out):
            return True
        fill(task, open_, count, gain, loss, sums)
    return False


@njit(cache=True)
def become(wanted, task, open_, count, gain, loss, sums):  # type: ignore[no-untyped-def]
    """Close and open what it takes to hold exactly the wanted sites."""
    for j in range(len(wanted)):
        if open_[j] and not wanted[j]:
            put(j, -1, task, open_, count, gain, loss, sums)
    for j in range(len(wanted)):
        if wanted[j] and not open_[j]:
            put(j, 1, task, open_, count, gain, loss, sums)


@njit(cache=True)
def shake(dice, pool, held, best, marks, goal, task, open_, count, gain, loss, sums, out):  # type: ignore[no-untyped-def]
    """Shake, climb and keep the better, once for each row of `dice` (rounds, 10) of uniform numbers.

    `held`, `best` (m,) bool: the choice to go on from, and the best one; `marks` (2,): their values. Ends at `goal`.
    """
    costs, budget = task[5], task[6]
    for r in range(len(dice)):
        if marks[1] >= goal - TINY:
            return
        for k in range(1 + int(dice[r, 0] * 4)):
            number = open_.sum()
            if number == 0:
                break
            skip = int(dice[r, 1 + k] * number)
            for j in range(len(costs)):
                if open_[j]:
                    if skip == 0:
                        put(j, -1, task, open_, count, gain, loss, sums)
                        break
                    skip -= 1
        for k in range(4):
            site = pool[int(dice[r, 5 + k] * len(pool))]
            if not open_[site] and sums[1] + costs[site] <= budget + TINY:
                put(site, 1, task, open_, count, gain, loss, sums)
        climb(task, open_, count, gain, loss, sums, out, 10_000)
        if sums[0] > marks[1] + TINY:
            best[:] = open_
            marks[1] = sums[0]
        if sums[0] >= marks[0] - TINY or dice[r, 9] < 0.02:
            held[:] = open_
            marks[0] = sums[0]
        else:
            become(held, task, open_, count, gain, loss, sums)
