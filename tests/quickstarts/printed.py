"""The programs that a README prints: the first whole one of each language, to the byte."""

import re
from pathlib import Path

# fence of the block: what tells a whole program from a few lines, and the name under which the bindings keep it
LANGUAGES = {
    "c": (r"\bint main\(", "quickstart.c"),
    "cpp": (r"\bint main\(", "quickstart.cpp"),
    "csharp": (r"\bstatic (?:void|int) Main\(", "FirstInvitation.cs"),
    "pascal": (r"(?m)^program ", "FirstInvitation.dpr"),
}


def blocks(readme, fence):
    """Every block of code with this fence, without the fence."""
    return re.findall(rf"^```{fence}\n(.*?)^```$", Path(readme).read_text("utf-8"), re.M | re.S)


def programs(readme):
    """(language, file name, code) of the four quick starts; code is None where the README prints no whole program."""
    for fence, (whole, name) in LANGUAGES.items():
        yield fence, name, next((code for code in blocks(readme, fence) if re.search(whole, code)), None)
