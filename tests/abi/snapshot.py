#!/usr/bin/env python3
"""Guards the ABI: compares what include/videodoktor.h declares with tests/abi/snapshot.txt, what programs out there were compiled against.

    python3 tests/abi/snapshot.py          says what was removed, changed or added; fails if anything was
    python3 tests/abi/snapshot.py --add    adds what is new to the snapshot; refuses if anything was removed or changed

One declaration a line: functions with their parameters, types, and constants but for the version's.
"""

import re
import sys

import header

SNAPSHOT = header.ROOT / "tests" / "abi" / "snapshot.txt"
# told anew by each release, and what a host may set for its compiler
NOT_PROMISED = re.compile(r"VD_VERSION\w*|VD_CALL|VD_API")


def declarations(text):
    """What a header declares: "kind name" to the declaration on one line, in the header's order."""
    constants = re.findall(r"^#define (VD_\w+) +(\S+)", re.sub(r"/\*.*?\*/", "", text, flags=re.S), re.M)
    code = re.sub(r"/\*.*?\*/|^#.*?$", "", text, flags=re.S | re.M)
    found = {f"constant {name}": value for name, value in constants if not NOT_PROMISED.fullmatch(name)}
    for statement in code.split(";"):
        declared = " ".join(statement.replace('extern "C" {', "").split())
        type_name = re.match(r"typedef (?!__int32|unsigned|int u?int)(?:.*\(VD_CALL \*(vd_\w+)\)\(.*|.* (vd_\w+)$)", declared)
        function = re.match(r"VD_API (.*?\b(vd_\w+)\(.*\))$", declared)
        if type_name:
            found[f"type {type_name.group(1) or type_name.group(2)}"] = declared
        elif function:
            found[f"function {function.group(2)}"] = function.group(1)
    return found


def promised():
    """The snapshot, as `declarations` gives it."""
    lines = SNAPSHOT.read_text("utf-8").splitlines()
    return {key.strip(): value for key, value in (line.split(" = ", 1) for line in lines if line and not line.startswith("#"))}


def broken(before, now):
    """A sentence for each promise that `now` does not keep."""
    for key, value in before.items():
        if key not in now:
            yield f"{key} was removed ({value}). Programs out there are linked to it: put it back."
        elif now[key] != value:
            yield f"{key} was changed from\n    {value}\nto\n    {now[key]}\nPrograms out there were compiled with the former: leave it, and add another beside it."


def added(before, now):
    """What is new, as lines of the snapshot."""
    return [f"{key} = {value}" for key, value in now.items() if key not in before]


def main(arguments):
    before = promised() if SNAPSHOT.exists() else {}
    now = declarations(header.HEADER.read_text("utf-8"))
    breaches, new = list(broken(before, now)), added(before, now)
    print("\n".join(breaches) or f"snapshot: {len(before)} promises, all kept")
    if not breaches and arguments == ["--add"]:
        with SNAPSHOT.open("a", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in new)
        print(f"{SNAPSHOT}: {len(new)} added")
        return 0
    for line in new:
        print(f"new, and not in the snapshot yet (--add puts it there): {line}")
    return 1 if breaches or new else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
