"""What include/videodoktor.h says: its functions with their comments and examples, its statuses."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "include" / "videodoktor.h"

COMMENTED_FUNCTION = re.compile(r"/\*\n((?:(?!\*/).)*?)\n \*/\nVD_API\b[^;]*?\b(vd_\w+)\(", re.S)
STATUS = re.compile(r"^#define (VD_(?:OK|ERR_\w+|X\d{3}_\w+)) (\d+) /\* (.*) \*/$", re.M)


def functions():
    """The comment of each function, by name."""
    return {name: comment for comment, name in COMMENTED_FUNCTION.findall(HEADER.read_text("utf-8"))}


def declared():
    """Every function name that is declared, commented or not."""
    return set(re.findall(r"^(?:VD_API\b.*?|vd_status )(?:VD_CALL )?\b(vd_\w+)\(", HEADER.read_text("utf-8"), re.M))


def example(comment):
    """The C code under "Example:"; "" if there is none."""
    found = re.search(r"^ Example:\n\n((?:     .*\n?|\n)+)", comment, re.M)
    return "\n".join(line[5:] for line in found.group(1).rstrip().splitlines()) if found else ""


def statuses():
    """(name, number, English text) of each status."""
    return [(name, int(number), text) for name, number, text in STATUS.findall(HEADER.read_text("utf-8"))]
