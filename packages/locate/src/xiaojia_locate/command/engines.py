"""On what do the districts run? Processes of this machine, or Spark; a failed one is run once more, alone, and named."""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any

from xiaojia_locate.command.faults import usage

Work = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Outcome:
    """What became of one payload: its answer, or why there is none; `tries`: how often it was run."""

    answer: bytes | None
    error: str = ""
    tries: int = 1


STOPPED = "stopped"
_stop: list[Any] = []


def stopped() -> bool:
    """Was the work stopped by hand? Asked by a search that runs in a process of its own."""
    return bool(_stop and _stop[0].is_set())


def run_all(
    engine: str,
    work: Work,
    payloads: list[bytes],
    jobs: int,
    told: Callable[[int], None],
    cancel: Callable[[], bool] = lambda: False,
) -> list[Outcome]:
    """Return what becomes of each payload, in their order. `engine`: local, local-spark or spark://HOST:PORT.

    Once `cancel` says so, processes that work return what they have, and what has not begun is left as STOPPED.

    What failed among the others is run once more by itself, so that one that exhausts the memory takes no other with it.
    """
    if engine == "local":
        return _again(work, payloads, _local(work, payloads, jobs, told, cancel), _alone)
    if engine == "local-spark" or engine.startswith(("spark://", "yarn", "k8s://")):
        with _spark("local[*]" if engine == "local-spark" else engine) as session:
            first = _on_spark(session, work, payloads)
            told(len(payloads))
            return _again(work, payloads, first, lambda task, one: _on_spark(session, task, [one])[0])
    raise usage(
        "bad_option", option="--engine", why=f"“{engine}” is none of local, local-spark, spark://HOST:PORT.",
        zh=f"“{engine}”不认识，可用 local、local-spark、spark://主机:端口。",
    )  # fmt: skip


def _again(
    work: Work, payloads: list[bytes], first: list[Outcome], alone: Callable[[Work, bytes], Outcome]
) -> list[Outcome]:
    made = []
    for payload, outcome in zip(payloads, first, strict=True):
        if outcome.answer is None and outcome.error != STOPPED:
            second = alone(work, payload)
            outcome = Outcome(second.answer, second.error, 2)  # noqa: PLW2901 - the second try takes its place
        made.append(outcome)
    return made


def _local(
    work: Work, payloads: list[bytes], jobs: int, told: Callable[[int], None], cancel: Callable[[], bool]
) -> list[Outcome]:
    count = min(jobs or os.cpu_count() or 1, len(payloads))
    context = get_context("spawn")
    event, found = context.Event(), {}
    with ProcessPoolExecutor(count, mp_context=context, initializer=_hold, initargs=(event,)) as pool:
        waiting = {pool.submit(work, payload): number for number, payload in enumerate(payloads)}
        while waiting:
            done, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            if cancel() and not event.is_set():
                event.set()
                done |= {future for future in waiting if future.cancel()}
            for future in done:
                found[waiting.pop(future)] = _outcome(future.result)
            if done:
                told(len(found))
    return [found[number] for number in range(len(payloads))]


def _hold(event: Any) -> None:
    """Begin a process: Ctrl-C is the parent's to hear, and the parent tells by the event."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _stop[:] = [event]


def _alone(work: Work, payload: bytes) -> Outcome:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return _outcome(pool.submit(work, payload).result)


def _outcome(result: Callable[[], bytes]) -> Outcome:
    try:
        return Outcome(result())
    except CancelledError:
        return Outcome(None, STOPPED)
    except Exception as error:  # whatever a district dies of, the others go on and this one is named
        return Outcome(None, f"{type(error).__name__}: {error}")


class _spark:  # noqa: N801 - a context manager, read like a function
    """A Spark session for the time of the work."""

    def __init__(self, master: str) -> None:
        self.master = master

    def __enter__(self) -> Any:
        try:
            from pyspark.sql import SparkSession
        except ModuleNotFoundError:
            raise usage(
                "bad_option", option="--engine", why="Spark needs pyspark and Java 17: pip install 'pyspark[sql]==4.0.*'.",
                zh="Spark 需要 pyspark 和 Java 17：pip install 'pyspark[sql]==4.0.*'。",
            ) from None  # fmt: skip
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(self.master).appName("xiaojia-locate")
        try:
            self.session = builder.config("spark.ui.enabled", "false").getOrCreate()
        except Exception as error:  # Py4J raises many kinds: no Java, no such host
            why = str(error).split("\n", maxsplit=1)[0]
            raise usage(
                "bad_option", option="--engine", why=f"Spark does not start: {why}", zh=f"Spark 启动失败：{why}"
            ) from error
        self.session.sparkContext.setLogLevel("ERROR")
        return self.session

    def __exit__(self, *_: object) -> None:
        self.session.stop()


def _on_spark(session: Any, work: Work, payloads: list[bytes]) -> list[Outcome]:
    """Run the payloads as rows of a table, one partition each; a failure is a row of its own, not the end of the job."""
    rows = [(number, bytearray(payload)) for number, payload in enumerate(payloads)]
    table = session.createDataFrame(rows, "number int, payload binary").repartition(len(rows), "number")
    task = pickle.dumps(work)

    def part(frames: Iterable[Any]) -> Iterator[Any]:
        from xiaojia_locate.command.engines import rows_done

        yield from rows_done(task, frames)

    try:
        done = table.mapInPandas(part, "number int, answer binary, error string").collect()
    except Exception as error:  # a worker that dies takes the job with it; each is then run by itself
        return [Outcome(None, f"{type(error).__name__}") for _ in payloads]
    found = {
        row.number: Outcome(bytes(row.answer) if row.answer is not None else None, row.error or "") for row in done
    }
    return [found[number] for number in range(len(payloads))]


def rows_done(task: bytes, frames: Iterable[Any]) -> Iterator[Any]:
    """Yield frames of answers for frames of payloads; runs where Spark runs."""
    import pandas as pd

    work: Work = pickle.loads(task)  # noqa: S301 - our own function's name, made a moment ago
    for frame in frames:
        made = []
        for number, payload in zip(frame["number"], frame["payload"], strict=True):
            outcome = _outcome(partial(work, bytes(payload)))
            made.append((number, outcome.answer, outcome.error))
        yield pd.DataFrame(made, columns=["number", "answer", "error"])
