"""Does the library stand alone? Installed into an empty environment, with nothing of the product and no extra."""

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]
QUESTION = """
import importlib.util, itertools, json, sys
import numpy as np
from xiaojia_locate import Limits, within
from xiaojia_locate.covering import maximal_cover
from xiaojia_locate.kernels import COMPILED

dice = np.random.default_rng(1)
demand, sites = dice.uniform(0, 3000, (200, 2)), dice.uniform(0, 3000, (9, 2))
reach = within(demand, sites, 800)
answer = maximal_cover(reach, open_sites=3)
table = reach.matrix().toarray() > 0
best = max(table[:, list(c)].any(axis=1).sum() for c in itertools.combinations(range(9), 3))
others = [name for name in ("numba", "xiaojia", "django", "pandas") if importlib.util.find_spec(name)]
print(json.dumps([answer.value, int(best), answer.reason.value, COMPILED, others]))
"""


@pytest.mark.slow
def test_it_answers_in_an_empty_environment(tmp_path):
    copied = shutil.copytree(PACKAGE, tmp_path / "source", ignore=shutil.ignore_patterns("build", "*.egg-info"))
    venv.create(tmp_path / "alone", with_pip=True)
    python = str(tmp_path / "alone" / "bin" / "python")
    surroundings = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}

    def run(*words, **more):
        return subprocess.run(
            [python, *words], check=False, capture_output=True, text=True, env=surroundings, cwd=tmp_path, **more
        )

    got = run("-m", "pip", "install", "--disable-pip-version-check", "--quiet", str(copied))
    if got.returncode and ("Could not find a version" in got.stderr or "connection" in got.stderr.lower()):
        pytest.skip("no package index can be reached from here")
    assert got.returncode == 0, got.stderr
    answered = run("-c", QUESTION)
    assert answered.returncode == 0, answered.stderr
    value, best, reason, compiled, others = json.loads(answered.stdout.splitlines()[-1])
    assert value == best and reason == "proven" and not compiled and others == []
    helped = run("-m", "xiaojia_locate", "--help")
    assert helped.returncode == 0 and "--demand" in helped.stdout
