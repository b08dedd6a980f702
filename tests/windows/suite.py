"""All tests of the Windows DLLs and the Delphi binding; run.sh calls it. Arguments: chapters to run, or none for all."""

import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import tally  # noqa: E402 (it lies one folder up, for the modules below, too)
from artifacts import try_artifacts
from c_programs import try_c, try_settings
from declarations import try_declarations
from delphi import try_delphi
from demos import try_demos
from detection import try_detection
from logins import try_logins
from msvc import try_msvc
from pascal import try_pascal
from platforms import platforms


def main(wanted):
    places = platforms()
    chapters = {
        "artifacts": lambda: try_artifacts(places),
        "declarations": lambda: try_declarations(places),
        "c-x64": lambda: try_c(places["x64"]),
        "c-x86": lambda: try_c(places["x86"]),
        "settings-x64": lambda: try_settings(places["x64"]),
        "settings-x86": lambda: try_settings(places["x86"]),
        "logins-x64": lambda: try_logins(places["x64"]),
        "logins-x86": lambda: try_logins(places["x86"]),
        "detection-x64": lambda: try_detection(places["x64"]),
        "detection-x86": lambda: try_detection(places["x86"]),
        "msvc": try_msvc,
        "delphi": try_delphi,
        "demos": lambda: try_demos(places),
        "pascal-linux": lambda: try_pascal(places["linux"]),
        "pascal-x64": lambda: try_pascal(places["x64"]),
        "pascal-x86": lambda: try_pascal(places["x86"]),
    }
    for what in filter(None, os.environ["VD_NOT_MADE"].split(";")):
        tally.check(False, f"run.sh makes {what}")
    for name in wanted or chapters:
        # a chapter may break off at what is not there; the others run all the same
        tally.tell(f"chapter {name}", chapters[name])
    for place in places.values():
        tally.tell(f"the end of {place.name}", place.end)
    tally.finish()


main(sys.argv[1:])
