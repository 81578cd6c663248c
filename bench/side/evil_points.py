"""How does eviltransform move points? Run by the peer's Python: IN OUT FUNCTION; doubles lng, lat, lng, lat … in and out."""

import sys
import time
from array import array
from pathlib import Path

import eviltransform

points = array("d", Path(sys.argv[1]).read_bytes())
move = getattr(eviltransform, sys.argv[3])
moved = array("d", bytes(8 * len(points)))
start = time.process_time()
for at in range(0, len(points), 2):
    moved[at + 1], moved[at] = move(points[at + 1], points[at])
taken = time.process_time() - start
Path(sys.argv[2]).write_bytes(moved.tobytes())
print(taken)
