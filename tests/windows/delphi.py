"""What Delphi's own compilers would see: tests/delphi/dialects.py says how, since none is at hand."""

import re
import shutil
import subprocess
import sys

import tally
from platforms import PASCAL, WORK, platforms

sys.path.append(str(PASCAL[1]))
import dialects  # noqa: E402 (it lies beside the Pascal tests)

UNITS = ["VideoDoktor.pas", "VideoDoktorComponent.pas"]
# what needs Delphi's own libraries of components is parsed only
PARSED = [*UNITS, "VideoDoktorRegister.pas", "demo/form/ControlText.pas", "demo/form/InvitationSheet.pas", "demo/form/PreviewForm.pas",
          "demo/form/MainForm.pas", "demo/form/VideoDoktorForm.dpr", "demo/console/VideoDoktorTool.dpr"]
# Slips that only a compiler of the branch can notice, each in a branch of its own: what stands there, and the slip.
SLIPS = [("7", "Result := UTF8String(Text);", "Result := Utf8Sting(Text);"), ("2009", "Request.Resume;", "Request.Resume(1);"),
         ("12 for Win64", "fnstcw word ptr [rcx]", "fnstcw word ptr [rcy]")]
HINT = "{$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorBirthYear' {$ENDIF}"
MISTAKES = [("7", HINT, "'use VideoDoktorBirthYear'"), ("7", "begin\n  Result := '';\n  if P = nil then", "begin\n  Result := ''\n  if P = nil then"), ("7", "Exit;", "Exit('');")]


def source_of(name):
    return (PASCAL[0] / name).read_text("utf-8")


def try_delphi():
    tally.chapter("the source as Delphi's compilers see it")
    folder = WORK / "delphi"
    shutil.rmtree(folder, ignore_errors=True)
    for delphi in dialects.DELPHIS:
        tally.tell(f"{delphi} reads the source", reads, delphi)
        if "MSWINDOWS" in delphi.defines:
            tally.tell(f"{delphi} compiles the units", compiles, delphi, folder / delphi.name.replace(" ", "-"))
    tally.tell("a slip would be noticed", slips_are_noticed, folder / "slips")
    tally.tell("event handlers compile", event_handlers_compile, folder)
    tally.tell("global names", globals_are_of_the_project)
    tally.tell("former names", former_names_are_deprecated, folder)
    statuses_are_left_to_the_header()


def reads(delphi):
    for name in PARSED:
        found = dialects.objections(delphi, dialects.seen_by(delphi, source_of(name)))
        tally.check(not found, f"{delphi} can read {name}", "; ".join(found))


def compiles(delphi, folder):
    for name in UNITS:
        said = said_of(delphi, name, source_of(name), folder)
        tally.check(not said, f"{delphi}'s branches of {name} compile", said)


def said_of(delphi, name, source, folder):
    folder.mkdir(parents=True, exist_ok=True)
    seen = dialects.seen_by(delphi, source)
    for word, other in dialects.ONLY_DELPHI.items():
        seen = seen.replace(word, other)
    (folder / name).write_text(seen, "utf-8")
    places = platforms()
    return dialects.compiled(delphi, folder / name, folder, places["x86"].pascal, places["x64"].pascal)


def slips_are_noticed(folder):
    of_name = {delphi.name: delphi for delphi in dialects.DELPHIS}
    for (name, right, wrong), noticed in [(slip, said_of_unit) for slip in SLIPS] + [(mistake, read_of_unit) for mistake in MISTAKES]:
        source = source_of("VideoDoktor.pas")
        assert right in source, right
        tally.check(noticed(of_name[name], source.replace(right, wrong), folder), f"Delphi {name}: {wrong!r} is noticed")


def said_of_unit(delphi, source, folder):
    return said_of(delphi, "VideoDoktor.pas", source, folder)


def read_of_unit(delphi, source, _):
    return dialects.objections(delphi, dialects.seen_by(delphi, source))


def event_handlers_compile(folder):
    """For every event of both components, in a unit that uses no other unit of ours."""
    handlers = (PASCAL[1] / "EventHandlers.pas").read_text("utf-8")
    for event in re.findall(r"property (On\w+):", source_of("VideoDoktorComponent.pas")):
        tally.check(f"1.{event} := " in handlers, f"EventHandlers.pas has a handler of {event}")
    for mode in ("delphi", "delphiunicode"):
        units = folder / f"handlers-{mode}"
        units.mkdir(parents=True, exist_ok=True)
        command = ["fpc", f"-M{mode}", "-ve", f"-FU{units}", f"-Fu{PASCAL[0]}", PASCAL[1] / "EventHandlers.pas"]
        done = subprocess.run(command, capture_output=True, text=True)
        tally.check(done.returncode == 0, f"event handlers as the designer writes them compile in {mode} mode", done.stdout[-800:])


def interface_of(name):
    return re.search(r"(?s)\ninterface\n(.*)\nimplementation\n", dialects.seen_by(dialects.DELPHIS[-2], source_of(name)))[1]


def declared(name):
    """The global names of a unit's interface, each with its declaration up to the first semicolon but those in brackets."""
    text = re.sub(r"(?m)^ *///.*$|\{[^}]*\}", "", interface_of(name))
    found = re.findall(r"(?m)^(?:function|procedure) (\w+)((?:\([^)]*\))?[^;]*;(?:\s*(?:overload|deprecated[^;]*);)*)", text)
    for section in re.findall(r"(?ms)^(?:type|const|var|threadvar|resourcestring)\n(.*?)(?=^\S|\Z)", text):
        for names, declaration in re.findall(r"(?m)^  (\w+(?:, \w+)*) *([=:][^;]*;)", section):
            found += [(name, declaration) for name in names.split(", ")]
    return found


def globals_are_of_the_project():
    """No name meets that of another unit of the program. What a deprecated one is to be replaced by is such a name."""
    seen = {name: declared(name) for name in UNITS}
    own = {name for found in seen.values() for name, declaration in found if "deprecated" not in declaration}
    for unit, count in (("VideoDoktor.pas", 100), ("VideoDoktorComponent.pas", 20)):
        tally.check(len(seen[unit]) > count, f"the global names of {unit} can be read", str(len(seen[unit])))
    foreign = sorted(name for name in own if not re.search(r"VideoDoktor|^VIDEODOKTOR_|^VD_", name))
    tally.check(not foreign, "every global name holds the project's name", " ".join(foreign))
    for name, declaration in seen["VideoDoktor.pas"]:
        if "deprecated" in declaration:
            tally.check(re.findall(r"deprecated\s+'use (\w+)'", declaration) in [[new] for new in own], f"{name} says which name replaces it", declaration)
    kinds = re.search(r"TVideoDoktorRequestKind = \(([^)]*)\)", source_of("VideoDoktor.pas"))[1].split(", ")
    listed = re.findall(r"\((\w+(?:, \w+)*)\);", re.sub(r"\{[^}]*\}", "", "".join(re.findall(r"(?m)^  \w+ = (\(.*)$", interface_of("VideoDoktor.pas")))))
    tally.check(all(kind.startswith("rk") for kind in kinds) and listed == [", ".join(kinds)], "values of an enumeration are those that begin with rk", str(listed))


def former_names_are_deprecated(folder):
    """Each alias is used by FormerNames.pas, and the compiler says what replaces it."""
    units = folder / "former-names"
    units.mkdir(parents=True, exist_ok=True)
    silent, source = "{$WARN SYMBOL_DEPRECATED OFF}\n", (PASCAL[1] / "FormerNames.pas").read_text("utf-8")
    assert silent in source, silent
    (units / "FormerNames.pas").write_text(source.replace(silent, ""), "utf-8")
    command = ["fpc", "-Mdelphi", "-vw", f"-FU{units}", f"-Fu{units}", *[f"-Fu{path}" for path in PASCAL], units / "FormerNames.pas"]
    done = subprocess.run(command, capture_output=True, text=True)
    warned = set(re.findall(r'Symbol "(\w+)(?:\(.*?\)[^"]*)?" is deprecated: "use (\w+)"', done.stdout))
    former = {(name, re.search(r"'use (\w+)'", declaration)[1]) for name, declaration in declared("VideoDoktor.pas") if "deprecated" in declaration}
    tally.check(done.returncode == 0, "a program with the former names compiles", done.stdout[-800:])
    tally.check(len(former) > 15 and warned == former, "and is told the name that replaces each", str(warned ^ former))


def statuses_are_left_to_the_header():
    """C++Builder makes VideoDoktor.hpp of the unit: a status in it would clash with the macro of videodoktor.h."""
    source = source_of("VideoDoktor.pas")
    for name in re.findall(r"(?m)^  (VD_\w+) = \d+;$", source):
        tally.check(f"  {{$EXTERNALSYM {name}}}\n  {name} = " in source, f"{name} is left to the C header in C++Builder")
    tally.check("{$HPPEMIT '#include \"videodoktor.h\"'}" in source, "which the unit's header includes")
