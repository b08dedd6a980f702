#!/usr/bin/env python3
"""Uses the window of the C# demo as a person would: python3 form.py VideoDoktorForm.exe SANDBOX PICTURE."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import demo_window  # noqa: E402 (these lie one folder up)
import tally  # noqa: E402

KEPT = Path(__file__).resolve().parents[2] / "bindings/csharp/demo/form/form.png"
ROWS = (320, 61), (320, 78)  # of the list, as Mono draws it


def main(program, sandbox, picture):
    demo_window.try_demo(demo_window.Demo(["mono", program], sandbox, ROWS, KEPT, Path(picture)))
    tally.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
