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
HINT = "{$IFDEF VIDEODOKTOR_HINT_TEXTS} 'use VideoDoktorBirthYear' {$ENDIF}"
MISTAKES = [("7", HINT, "'use VideoDoktorBirthYear'"), ("7", "begin\n  Result := '';\n  if P = nil then", "begin\n  Result := ''\n  if P = nil then"), ("7", "Exit;", "Exit('');")]


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
    all_platforms = platforms()
    return dialects.compiled(delphi, folder / name, folder, all_platforms["x86"].pascal, all_platforms["x64"].pascal)


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


@pytest.mark.parametrize("unit, least", [("VideoDoktor.pas", 100), ("VideoDoktorComponent.pas", 20)])
def test_every_global_name_holds_the_project_s_name(unit, least):
    """No name meets that of another unit of the program."""
    found = declared(unit)
    assert len(found) > least, "the global names can be read"
    own = {name for name, declaration in found if "deprecated" not in declaration}
    assert sorted(name for name in own if not re.search(r"VideoDoktor|^VIDEODOKTOR_|^VD_", name)) == []


def test_what_a_deprecated_name_is_to_be_replaced_by_is_there():
    found = declared("VideoDoktor.pas")
    own = {name for name, declaration in found if "deprecated" not in declaration}
    for name, declaration in found:
        if "deprecated" in declaration:
            new, = re.findall(r"deprecated\s+'use (\w+)'", declaration)
            assert new in own, name


def test_values_of_the_enumeration_begin_with_rk():
    kinds = re.search(r"TVideoDoktorRequestKind = \(([^)]*)\)", source_of("VideoDoktor.pas"))[1].split(", ")
    listed = re.findall(r"\((\w+(?:, \w+)*)\);", re.sub(r"\{[^}]*\}", "", "".join(re.findall(r"(?m)^  \w+ = (\(.*)$", interface_of("VideoDoktor.pas")))))
    assert all(kind.startswith("rk") for kind in kinds)
    assert listed == [", ".join(kinds)], "there is no other enumeration"


def test_former_names_are_deprecated(folder):
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
    assert done.returncode == 0, done.stdout[-800:]
    assert len(former) > 15 and warned == former


def test_statuses_are_left_to_the_header():
    """C++Builder makes VideoDoktor.hpp of the unit: a status in it would clash with the macro of videodoktor.h."""
    source = source_of("VideoDoktor.pas")
    for name in re.findall(r"(?m)^  (VD_\w+) = \d+;$", source):
        assert f"  {{$EXTERNALSYM {name}}}\n  {name} = " in source, f"{name} is left to the C header in C++Builder"
    assert "{$HPPEMIT '#include \"videodoktor.h\"'}" in source, "which the unit's header includes"
