"""What is read out of a DLL as a file."""

import re

from imports import objdump

MACHINES = {"x64": "pei-x86-64", "x86": "pei-i386"}


def exported_names(path):
    table = objdump(path, "-p").split("[Ordinal/Name Pointer] Table")[1]
    return [row.group(1) for row in re.finditer(r"^\t\[ *\d+\].* (\S+)$", table, re.MULTILINE)]
