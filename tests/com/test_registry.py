"""Registration: what stands in the registry for a user and for the machine, that a host finds it, and that nothing stays."""

import re

import pytest
from installed import BINDING, compile_c, folder_of_host, regsvr32, run, server

USER, MACHINE = r"HKCU\Software\Classes", r"HKLM\Software\Classes"
CLASS = "{868C1A08-3C94-4822-AB6E-5924D6E43621}"
LIBRARY = "{868C1A08-3C94-4822-AB6E-5924D6E43601}"


def values(platform, folder, root):
    """{(key below the root, name or None): text} of our keys. By files, because a console would lose letters of the path."""
    found = {}
    for key in (rf"CLSID\{CLASS}", rf"TypeLib\{LIBRARY}", "VideoDoktor.Client", "VideoDoktor.Client.1"):
        file = folder / "exported.reg"
        file.unlink(missing_ok=True)
        run(platform, "reg", "export", rf"{root}\{key}", platform.shown(file), "/y")
        section = ""
        for line in file.read_bytes().decode("utf-16").splitlines() if file.exists() else ():
            if line.startswith("["):
                section = re.sub(r"(?i)^HKEY_\w+\\Software\\Classes\\", "", line.strip("[]"))
            elif written := re.fullmatch(r'(@|"(.*?)")="(.*)"', line):
                found[section.upper(), written.group(2)] = written.group(3).replace("\\\\", "\\")
    return found


def everything(platform, root):
    """Each key in the places of programs, classes, type libraries and interfaces that is ours."""
    said = "".join(run(platform, "reg", "query", root + below)[0] for below in ("", r"\CLSID", r"\TypeLib", r"\Interface"))
    return sorted({line.strip() for line in said.splitlines() if "VideoDoktor" in line or "868C1A08-3C94" in line.upper()})


@pytest.fixture(scope="module")
def folder(platform, sandbox):
    return folder_of_host(platform, sandbox)


@pytest.fixture(scope="module")
def program(platform, folder):
    return compile_c(platform, "activation", folder)


def activated(platform, program, wanted="created"):
    said, code = run(platform, program, wanted, folder=program.parent)
    assert code == 0 and said.rstrip().endswith(" 0 failed"), f"on {platform.name} the class is {wanted}: {said[-600:]}"


def test_nothing_is_registered_before(platform, program):
    for root in (USER, MACHINE):
        assert everything(platform, root) == [], f"nothing is registered below {root} before: {everything(platform, root)}"
    activated(platform, program, "refused")


def test_a_manifest_beside_the_program_is_enough(platform, folder, program):
    """Side by side: two files beside the program, no registry."""
    tested = folder / "activation.exe.manifest"
    tested.write_text((BINDING / "manifest" / "program.exe.manifest").read_text("utf-8").replace("PROGRAM", "activation"), "utf-8")
    (folder / "videodoktor_com.manifest").write_bytes((BINDING / "manifest" / "videodoktor_com.manifest").read_bytes())
    activated(platform, program)
    tested.unlink()
    (folder / "videodoktor_com.manifest").unlink()
    activated(platform, program, "refused")


def check_content(platform, root, folder):
    path = platform.shown(folder / "videodoktor_com.dll")
    bits = "win32" if platform.name == "x86" else "win64"
    expected = {
        (rf"CLSID\{CLASS}\InprocServer32", None): path,
        (rf"CLSID\{CLASS}\InprocServer32", "ThreadingModel"): "Both",
        (rf"CLSID\{CLASS}\ProgID", None): "VideoDoktor.Client.1",
        (rf"CLSID\{CLASS}\VersionIndependentProgID", None): "VideoDoktor.Client",
        (rf"CLSID\{CLASS}\TypeLib", None): LIBRARY,
        (r"VideoDoktor.Client\CLSID", None): CLASS,
        (r"VideoDoktor.Client\CurVer", None): "VideoDoktor.Client.1",
        (r"VideoDoktor.Client.1\CLSID", None): CLASS,
        (rf"TypeLib\{LIBRARY}\1.0\0\{bits}", None): path,
    }
    written = values(platform, folder, root)
    for (key, name), wanted in expected.items():
        found = written.get((key.upper(), name))
        assert found is not None and found.upper() == wanted.upper(), rf"{root}\{key} {name or ''}: {found} in place of {wanted}"


@pytest.mark.parametrize("root, options", [(USER, ["/n", "/i:user"]), (MACHINE, [])])
def test_registration_writes_what_it_should_and_leaves_nothing(platform, folder, root, options):
    """Written by regsvr32, and gone without a rest. The machine's other root is not touched."""
    other = MACHINE if root == USER else USER
    before = everything(platform, other)
    assert regsvr32(platform, folder, *options) == 0, f"regsvr32 {' '.join(options)} registers"
    check_content(platform, root, folder)
    assert everything(platform, other) == before, f"{other} is not touched"
    assert regsvr32(platform, folder, "/u", *options) == 0, f"regsvr32 /u {' '.join(options)} unregisters"
    assert everything(platform, root) == [], f"unregistering leaves nothing: {everything(platform, root)}"
    assert regsvr32(platform, folder, "/u", *options) == 0, "unregistering again does no harm"


def test_a_class_is_found_by_the_keys_of_the_user(platform, folder, program):
    """Wine 8 does not look at a user's classes, so the very keys are copied to where it looks: they are such that a class is found by them."""
    regsvr32(platform, folder, "/n", "/i:user")
    copy_by_file(platform, folder)
    activated(platform, program)
    regsvr32(platform, folder, "/u", "/n", "/i:user")
    regsvr32(platform, folder, "/u")
    assert everything(platform, USER) + everything(platform, MACHINE) == [], "and the copy is taken away again"


def copy_by_file(platform, folder):
    for number, key in enumerate((rf"CLSID\{CLASS}", "VideoDoktor.Client", "VideoDoktor.Client.1")):
        file = folder / f"classes{number}.reg"
        run(platform, "reg", "export", rf"{USER}\{key}", platform.shown(file), "/y")
        text = file.read_bytes().decode("utf-16")
        file.write_bytes(text.replace("HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE").encode("utf-16"))
        run(platform, "reg", "import", platform.shown(file))


def test_a_class_is_found_by_the_keys_of_the_machine(platform, folder, program):
    regsvr32(platform, folder)
    activated(platform, program)


def test_a_library_that_is_missing_or_another_is_told_at_the_first_use(platform, folder, program):
    """What the first use says where videodoktor.dll is missing, or the other bitness's; and nothing is remembered once it is right."""
    library = folder / platform.library.name
    whole = library.read_bytes()
    library.unlink()
    activated(platform, program, "The file videodoktor.dll is missing.")
    other = server(platform).parents[1] / ("x64" if platform.name == "x86" else "x86") / platform.library.name
    library.write_bytes(other.read_bytes())
    activated(platform, program, "The file videodoktor.dll beside videodoktor_com.dll is for programs of the other kind")
    library.write_bytes(b"no library")
    activated(platform, program, "The file videodoktor.dll beside videodoktor_com.dll ")
    library.write_bytes(whole)
    activated(platform, program)
    regsvr32(platform, folder, "/u")


def test_registration_for_somebody_unknown_is_refused(platform, folder):
    assert regsvr32(platform, folder, "/n", "/i:nobody") != 0
