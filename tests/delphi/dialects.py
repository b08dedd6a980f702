"""The source as each Delphi compiler sees it: its conditional directives carried out for one version after another, and what is left checked.

No Delphi compiler is at hand, and Free Pascal compiles only the branches that are its own. So the others are picked out and compiled by Free Pascal
all the same, in its Delphi modes, which checks names and types; and they are parsed by a grammar of Delphi, which also shows what a version lacks.
"""

import re
import subprocess
from dataclasses import dataclass

TOKEN = re.compile(r"'[^'\n]*'|\{\$(?P<braces>[^}]*)\}|\(\*\$(?P<parens>.*?)\*\)|\{[^}]*\}|\(\*.*?\*\)|//[^\n]*", re.DOTALL)


@dataclass
class Delphi:
    name: str
    version: float  # CompilerVersion
    defines: str

    def __str__(self):
        return f"Delphi {self.name}"


DELPHIS = [
    Delphi("7", 15, "MSWINDOWS WIN32 CPU386"),
    Delphi("2007", 18.5, "MSWINDOWS WIN32 CPU386"),
    Delphi("2009", 20, "MSWINDOWS WIN32 CPU386 UNICODE"),
    Delphi("2010", 21, "MSWINDOWS WIN32 CPU386 UNICODE"),
    Delphi("XE2 for Win64", 23, "MSWINDOWS WIN64 CPUX64 UNICODE"),
    Delphi("12 for Win32", 36, "MSWINDOWS WIN32 CPU386 CPUX86 UNICODE"),
    Delphi("12 for Win64", 36, "MSWINDOWS WIN64 CPUX64 UNICODE"),
    Delphi("12 for Linux", 36, "LINUX LINUX64 POSIX CPUX64 UNICODE"),
]


class Malformed(Exception):
    pass


def seen_by(delphi, source):
    """The source without what this compiler skips. Lines keep their numbers; so do directives that say nothing about conditions."""
    defines, kept, open_ = set(delphi.defines.split()), [], []
    at = 0
    for token in TOKEN.finditer(source):
        kept.append((source[at:token.start()], is_seen(open_)))
        at = token.end()
        directive = token["braces"] or token["parens"]
        if directive is None:
            kept.append((token[0], is_seen(open_)))
        elif not conditional(directive, delphi, defines, open_):
            kept.append((token[0], is_seen(open_)))
    kept.append((source[at:], is_seen(open_)))
    if open_:
        raise Malformed(f"{len(open_)} conditions are not closed")
    return "".join(text if seen else re.sub(r"[^\n]", " ", text) for text, seen in kept)


def is_seen(open_):
    return all(holds for _, holds in open_)


def conditional(directive, delphi, defines, open_):
    """Carries the directive out, if it is one of conditions."""
    word, _, rest = directive.strip().partition(" ")
    name = rest.split()[0].upper() if rest.split() else ""
    match word.upper():
        case "IFDEF":
            open_.append(("IFDEF", name in defines))
        case "IFNDEF":
            open_.append(("IFDEF", name not in defines))
        case "IF":
            open_.append(("IF", is_seen(open_) and evaluated(rest, delphi)))
        case "ELSE":
            kind, holds = open_.pop()
            open_.append((kind, not holds))
        case "ENDIF" | "IFEND" as end:
            kind, _ = open_.pop()
            if (kind == "IF") != (end == "IFEND"):  # up to XE3 each has an end of its own
                raise Malformed(f"{{${kind}}} is ended by {{${end}}}")
        case "DEFINE":
            if is_seen(open_):
                defines.add(name)
        case _:
            return False
    return True


def evaluated(condition, delphi):
    compared = re.fullmatch(r"CompilerVersion\s*(>=|<)\s*([\d.]+)", condition.strip())
    if not compared:
        raise Malformed(f"{{$IF {condition}}} is more than this test reads")
    return (delphi.version >= float(compared[2])) == (compared[1] == ">=")


# What Free Pascal has under another name, or not at all; the lines of the source are checked as they are.
ONLY_DELPHI = {
    "UTF8ToUnicodeString": "UTF8Decode",
}


def compiled(delphi, unit, folder, pascal_32, pascal_64):
    """What Free Pascal says against the unit as this Delphi sees it; empty if nothing. It stands in for Delphi's compiler, not for its libraries."""
    pascal = pascal_64 if "CPUX64" in delphi.defines else pascal_32
    mode = "delphiunicode" if "UNICODE" in delphi.defines else "delphi"
    done = subprocess.run([*pascal, f"-M{mode}", "-Rintel", "-Se", "-ve", f"-FU{folder}", f"-Fu{folder}", unit], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout[-1500:]


# Constructs by the version that brought them: nodes of the grammar's tree.
SINCE = {
    "foreach": 17, "kStrict": 17, "kInline": 17, "kHelper": 17, "declHelper": 17, "kOperator": 18, "kSealed": 17,
    "kStatic": 17, "genericTpl": 20, "exprTpl": 20, "typerefTpl": 20, "lambda": 20, "kReference": 20, "kDelayed": 21, "varDef": 33, "varAssignDef": 33,
    "literalStringMultiline": 36, "exprIf": 37,
}
# Delphi that the grammar does not know, brought into a form that it does; read by Free Pascal as it stands.
UNKNOWN_TO_GRAMMAR = [
    (re.compile(r"(?m)^(  \w+) in '[^']*'([,;])$"), r"\1\2"),  # a unit's file
    (re.compile(r"(: function(?:\([^)]*\))?: \w+); cdecl;"), r"\1;"),  # a field of a record
    (re.compile(r"\b(read|write) (F\w+)\.\w+"), r"\1 \2"),  # a property that is a field of a field
]


def objections(delphi, source):
    """What a grammar of Delphi has against the source as this Delphi sees it."""
    import tree_sitter
    import tree_sitter_pascal

    for pattern, known in UNKNOWN_TO_GRAMMAR:
        source = pattern.sub(known, source)
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_pascal.language()))
    return [f"line {node.start_point[0] + 1}: {why}" for node, why in against(parser.parse(source.encode()).root_node, delphi)]


def against(node, delphi):
    if node.type == "ERROR" or node.is_missing:
        yield node, f"syntax error at {node.text[:60]!r}"
        return
    if SINCE.get(node.type, 0) > delphi.version:
        yield node, f"{node.type} is not known before CompilerVersion {SINCE[node.type]}"
    if node.type == "literalString" and node.prev_sibling and node.prev_sibling.type == "kDeprecated" and delphi.version < 20:
        yield node, "deprecated takes no text before CompilerVersion 20"
    if node.type == "exprCall" and delphi.version < 20 and node.text.lower().startswith(b"exit("):
        yield node, "Exit takes no value before CompilerVersion 20"
    for child in node.children:
        yield from against(child, delphi)
