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
MISTAKES = [("7", "begin\n  Result := '';\n  if P = nil then", "begin\n  Result := ''\n  if P = nil then"), ("7", "Exit;", "Exit('');")]


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


def statuses_are_left_to_the_header():
    """C++Builder makes VideoDoktor.hpp of the unit: a status in it would clash with the macro of videodoktor.h."""
    source = source_of("VideoDoktor.pas")
    for name in re.findall(r"(?m)^  (VD_\w+) = \d+;$", source):
        tally.check(f"  {{$EXTERNALSYM {name}}}\n  {name} = " in source, f"{name} is left to the C header in C++Builder")
    tally.check("{$HPPEMIT '#include \"videodoktor.h\"'}" in source, "which the unit's header includes")
