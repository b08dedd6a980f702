"""The Markdown pages of the repository: their links, headings, tables and blocks of code."""

import re
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# what builds and tools leave behind
NOT_OURS = {"target", ".git", "node_modules"}


def pages():
    """Every page, as a path from the top."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.md"))
    return sorted(path for path in found if not NOT_OURS & set(path.parts))


class Page:
    def __init__(self, path):
        self.path = Path(path)
        self.text = (ROOT / path).read_text("utf-8")
        # a fence may be indented within a list
        self.blocks = [(fence, code) for _, fence, code in re.findall(r"^( *)```(\w*)\n(.*?)^\1```$", self.text, re.M | re.S)]
        self.prose = re.sub(r"^( *)```.*?^\1```$", "", self.text, flags=re.M | re.S)

    def headings(self):
        """(level, text) of each heading, in order."""
        return [(len(marks), text) for marks, text in re.findall(r"^(#+) (.*)$", self.prose, re.M)]

    def anchors(self):
        """The anchors that GitHub gives the headings; a second one of the same name ends in -1."""
        seen, anchors = {}, set()
        for _, text in self.headings():
            slug = slug_of(text)
            anchors.add(slug if slug not in seen else f"{slug}-{seen[slug]}")
            seen[slug] = seen.get(slug, 0) + 1
        return anchors

    def links(self):
        """The target of each link and picture; a span of code holds none."""
        prose = re.sub(r"`[^`\n]*`", "``", self.prose)
        return re.findall(r"\]\(([^)\s]+)\)", prose)

    def tables(self):
        """Each table as its rows, each row as its cells; the line of dashes left out."""
        tables = re.findall(r"(?:^ *\|.*\|\n)+", self.prose, re.M)
        return [[cells(row) for row in table.splitlines() if not re.fullmatch(r" *\|[-|: ]+\|", row)] for table in tables]

    def word_for_word(self):
        """(code, file) of each block that the page says is a file."""
        said = r"^```\w+\n((?:(?!```).*\n)*)```\n+(?:This is|Toto je slovo od slova soubor) \[[^\]]*\]\(([^)]*)\)"
        return re.findall(said, self.text, re.M)


def slug_of(heading):
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    kept = (sign for sign in plain if sign in "-_ " or unicodedata.category(sign)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def cells(row):
    """The cells of a row; a bar within a span of code is none between cells."""
    inside = row.strip()[1:-1]
    hidden = re.sub(r"`[^`]*`", lambda span: span.group().replace("|", "\0"), inside)
    return [cell.replace("\0", "|").strip() for cell in hidden.split("|")]


def without_comments(fence, code):
    """What a compiler or a shell sees of a block: comments may be in another language, and blanks before them."""
    for_fence = {
        "c": r"/\*.*?\*/|//[^\n\"]*$", "cpp": r"/\*.*?\*/|//[^\n\"]*$", "csharp": r"//[^\n\"]*$", "rust": r"//[^\n\"]*$",
        "pascal": r"\{(?!\$).*?\}|//[^\n']*$", "sh": r"(?:^|\s)#.*$", "cmake": r"(?:^|\s)#.*$",
    }
    bare = re.sub(for_fence[fence], "", code, flags=re.M | re.S if fence in ("c", "cpp", "pascal") else re.M) if fence in for_fence else code
    return [" ".join(line.split()) for line in bare.splitlines() if line.strip()]
