"""The programs that a page prints: the first whole one of each language, to the byte."""

import re
from pathlib import Path

# fence of the block: what tells a whole program from a few lines, and the name under which the bindings keep it
LANGUAGES = {
    "c": (r"\bint main\(", "quickstart.c"),
    "cpp": (r"\bint main\(", "quickstart.cpp"),
    "csharp": (r"\bstatic (?:void|int) Main\(", "FirstInvitation.cs"),
    "pascal": (r"(?m)^program ", "FirstInvitation.dpr"),
}


def blocks(page, fence):
    """Every block of code with this fence, without the fence."""
    return re.findall(rf"^```{fence}\n(.*?)^```$", Path(page).read_text("utf-8"), re.M | re.S)


def programs(page):
    """(language, file name, code) of each quick start that the page prints whole."""
    for fence, (whole, name) in LANGUAGES.items():
        code = next((code for code in blocks(page, fence) if re.search(whole, code)), None)
        if code is not None:
            yield fence, name, code
