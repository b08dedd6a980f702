"""7. What crossing the boundary costs."""

import json
import subprocess

import counting
import paths
from report import table

NUMBER, TITLE = 7, "Boundary"
FEW, MANY = 10, 110


def measure(_):
    timed = json.loads(subprocess.run([paths.program("boundary")], capture_output=True, text=True, check=True).stdout)
    counted = {name: per_call(name) for name in timed}
    return {"nanoseconds": timed, "instructions": counted}


def per_call(name):
    few, many = (counting.instructions_of([paths.program("boundary"), name, str(times)]) for times in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def lines(found):
    rows = [[name, f"{nanoseconds:,.0f}", f"{found['instructions'][name]:,.0f}"] for name, nanoseconds in found["nanoseconds"].items()]
    yield from table(["call", "nanoseconds, best of 15 rounds", "instructions"], rows)


def goals(_):
    return ()
