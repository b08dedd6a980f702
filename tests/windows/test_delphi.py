"""What Delphi's own compilers would see: tests/delphi/dialects.py says how, since none is at hand."""

import re
import shutil
import subprocess

import dialects
import pytest
from platforms import PASCAL, WORK, platforms

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


@pytest.fixture(scope="module")
def folder():
    made = WORK / "delphi"
    shutil.rmtree(made, ignore_errors=True)
    return made


@pytest.mark.parametrize("name", PARSED)
@pytest.mark.parametrize("delphi", dialects.DELPHIS, ids=str)
def test_a_compiler_can_read_the_source(delphi, name):
    assert dialects.objections(delphi, dialects.seen_by(delphi, source_of(name))) == []


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("delphi", [delphi for delphi in dialects.DELPHIS if "MSWINDOWS" in delphi.defines], ids=str)
def test_the_branches_of_a_compiler_compile(delphi, name, folder):
    assert said_of(delphi, name, source_of(name), folder / delphi.name.replace(" ", "-")) == ""


def said_of(delphi, name, source, folder):
    folder.mkdir(parents=True, exist_ok=True)
    seen = dialects.seen_by(delphi, source)
    for word, other in dialects.ONLY_DELPHI.items():
        seen = seen.replace(word, other)
    (folder / name).write_text(seen, "utf-8")
    places = platforms()
    return dialects.compiled(delphi, folder / name, folder, places["x86"].pascal, places["x64"].pascal)


@pytest.mark.parametrize("name, right, wrong", SLIPS)
def test_a_slip_in_a_branch_would_be_noticed(name, right, wrong, folder):
    source = source_of("VideoDoktor.pas")
    assert right in source
    assert said_of(delphi_named(name), "VideoDoktor.pas", source.replace(right, wrong), folder / "slips")


@pytest.mark.parametrize("name, right, wrong", MISTAKES)
def test_what_a_compiler_cannot_read_would_be_noticed(name, right, wrong):
    source, delphi = source_of("VideoDoktor.pas"), delphi_named(name)
    assert right in source
    assert dialects.objections(delphi, dialects.seen_by(delphi, source.replace(right, wrong)))


def delphi_named(name):
    found, = (delphi for delphi in dialects.DELPHIS if delphi.name == name)
    return found


@pytest.mark.parametrize("mode", ["delphi", "delphiunicode"])
def test_event_handlers_as_the_designer_writes_them_compile(mode, folder):
    """For every event of both components, in a unit that uses no other unit of ours."""
    handlers = (PASCAL[1] / "EventHandlers.pas").read_text("utf-8")
    for event in re.findall(r"property (On\w+):", source_of("VideoDoktorComponent.pas")):
        assert f"1.{event} := " in handlers, f"EventHandlers.pas has a handler of {event}"
    units = folder / f"handlers-{mode}"
    units.mkdir(parents=True, exist_ok=True)
    command = ["fpc", f"-M{mode}", "-ve", f"-FU{units}", f"-Fu{PASCAL[0]}", PASCAL[1] / "EventHandlers.pas"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-800:]


def test_statuses_are_left_to_the_header():
    """C++Builder makes VideoDoktor.hpp of the unit: a status in it would clash with the macro of videodoktor.h."""
    source = source_of("VideoDoktor.pas")
    for name in re.findall(r"(?m)^  (VD_\w+) = \d+;$", source):
        assert f"  {{$EXTERNALSYM {name}}}\n  {name} = " in source, f"{name} is left to the C header in C++Builder"
    assert "{$HPPEMIT '#include \"videodoktor.h\"'}" in source, "which the unit's header includes"
