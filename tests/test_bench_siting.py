"""Does the siting benchmark count what it shows? One small instance, ours alone, in a process of its own."""

import numpy as np

from bench.side.siting_instances import Case, clustered, spread
from bench.side.siting_value import value
from bench.siting import disagreements, run, shown


def test_a_tiny_run_stays_within_its_bound_and_its_claim() -> None:
    rows, wrong, skipped = run([Case("mclp", "tiny", clustered(400, 5), ())], 20.0, with_peers=False)
    assert not wrong and not skipped and [row["solver"] for row in rows] == ["ours"]
    assert 0 < rows[0]["value"] == rows[0]["claims"] <= rows[0]["bound"] and rows[0]["proven"]
    assert shown(rows[0])["status"] == "proven"


def test_a_value_beyond_a_proof_is_told(tmp_path) -> None:
    case = Case("center", "tiny", spread(50, 9, 2, "center"), ())
    asked = {key: np.asarray(held) for key, held in case.make(tmp_path).items()}
    far = np.linalg.norm(asked["points"][:, None] - asked["sites"][[1, 4]], axis=2).min(axis=1).max()
    assert value(asked, [1, 4]) == far and np.isnan(value(asked, [1, 4, 5]))
    row = {"solver": "a", "sites": [1, 4], "value": far, "bound": far + 1, "proven": True, "least": True}
    assert disagreements(case, asked, [row]) == [f"tiny: a has {far}, beyond a's {far + 1}"]
