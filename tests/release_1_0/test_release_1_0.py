"""Programs of release 1.0 with today's library: every test of each binding of 1.0, and how it meets the statuses that were added since."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import differences
import history
import pytest
from platforms import Platform  # Free Pascal's programs are run as the Delphi tests run them
from world import Sandbox

ROOT = history.ROOT
LIBRARY, SANDBOX = Path(os.environ["VIDEODOKTOR_LIBRARY"]), os.environ["VIDEODOKTOR_SANDBOX"]
# the statuses that the programs here meet: whoever adds one to the library shows in them how a program for 1.0 meets it
MET = {"51": "VD_ERR_OLD_REMAINS", "62": "VD_ERR_REPORT_NOT_READY"}
TIME_LIMIT = 600  # seconds, on a machine that does much else


def constants(snapshot):
    return dict(re.findall(r"(?m)^constant (VD_(?:ERR|X)\w+) = (\d+)$", snapshot.read_text("utf-8")))


class Release:
    """The bindings and tests of 1.0 in a folder, and the library that takes the place of 1.0's."""

    def __init__(self, folder):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        history.unpack(folder)
        today = re.search(r'#define VD_VERSION "(.*)"', (ROOT / "include/videodoktor.h").read_text("utf-8")).group(1)
        differences.apply(folder, today)
        self.library = Path(shutil.copy(LIBRARY, folder / "libvideodoktor.so"))
        self.later = {number: name for name, number in constants(ROOT / "tests/abi/snapshot.txt").items() if name not in constants(folder / "tests/abi/snapshot.txt")}
        self.moving = folder / "libmoves.so"
        _said(["gcc", "-shared", "-fPIC", f"-I{ROOT}/include", _own("moves.c"), "-Wl,--no-as-needed", self.library, "-Wl,-rpath,$ORIGIN", "-o", self.moving])

    def environment(self, library):
        shown = " ".join(f"{number}={name}" for number, name in self.later.items())
        return {**os.environ, "LC_ALL": "C.UTF-8", "TEST_FOLDER": str(self.folder), "TEST_HEADER": str(self.folder / "include/videodoktor.h"),
                "TEST_VECTORS": str(ROOT / "tests/vectors"), "VIDEODOKTOR_SHARED": str(library), "VIDEODOKTOR_LIBRARY": str(library), "LATER_STATUSES": shown}


@pytest.fixture(scope="module")
def release():
    why = history.why_not()
    if why:
        pytest.skip(f"programs compiled for 1.0: {why}")
    return Release(Path(os.environ["VIDEODOKTOR_RELEASE_1_0"]))


def _own(name):
    return Path(__file__).parent / name


def _said(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **more)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command[:4]))} ...: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def compiled(release, *command):
    """In the folder of the release, by the names that its files have there."""
    _said(command, cwd=release.folder)


def passes(release, library, *command):
    """The program makes tests, and all of them pass."""
    said = _said(["sh", ROOT / "tests/with_sandbox.sh", *command], cwd=release.folder, env=release.environment(library), timeout=TIME_LIMIT)
    sums = re.findall(r"(?m)^(\d+) passed, 0 failed$", said)
    assert sums and sums[-1] != "0", f"{command[0]} tells no sum\n{said}"


def test_programs_in_c(release):
    """Linked to the library, and through the loader, which binds every function by its name."""
    sources = sorted(str(path.relative_to(release.folder)) for path in release.folder.glob("tests/c/*.c"))
    gcc = ["gcc", "-std=c99", "-D_GNU_SOURCE", "-Iinclude", "-Itests/c", "-Ibindings/c"]
    link = ["-lpthread", "-lm", "-ldl", "-Wl,-rpath,$ORIGIN"]
    compiled(release, *gcc, *sources, release.library, *link, "-o", "c-linked")
    used = set(re.findall(r" U (vd_\w+)$", _said(["nm", "-u", release.folder / "c-linked"]), re.M))
    exports = set((release.folder / "tests/abi/exports.txt").read_text().split())
    assert used == exports, f"the tests of 1.0 do not make the calls {sorted(exports - used)}"

    loader = "".join(f"#define {name} loaded.{name}\n" for name in sorted(exports))
    (release.folder / "loaded.h").write_text(f'#include "videodoktor_loader.h"\nextern videodoktor_api loaded;\n{loader}')
    by_table = ["-include", "loaded.h", _own("loaded.c")]
    # as C++, which takes an address out of the table where C wants a constant
    compiled(release, "g++", "-std=c++98", "-x", "c++", *gcc[2:], *by_table, *sources, "-x", "none", *link, "-o", "c-loaded")
    compiled(release, *gcc, *by_table, _own("statuses.c"), "tests/c/check.c", "tests/c/sandbox.c", *link, "-o", "c-statuses")
    passes(release, release.library, "./c-linked")
    passes(release, release.library, "./c-loaded")
    passes(release, release.moving, "./c-statuses")


def test_programs_in_cpp(release):
    gcc = ["g++", "-std=c++11", "-Iinclude", "-Itests/cpp"]
    service = ["-x", "c++", "tests/c/check.c", "tests/c/sandbox.c", "-x", "none"]
    link = [release.library, "-lpthread", "-Wl,-rpath,$ORIGIN"]
    stories = sorted(str(path.relative_to(release.folder)) for path in release.folder.glob("tests/cpp/*_story.cpp"))
    compiled(release, *gcc, *stories, "tests/cpp/main.cpp", *service, *link, "-o", "cpp-stories")
    shutil.copy(_own("statuses.cpp"), release.folder / "tests/cpp")
    compiled(release, *gcc, "tests/cpp/statuses.cpp", *service, release.moving, *link, "-o", "cpp-statuses")
    passes(release, release.library, "./cpp-stories")
    passes(release, release.moving, "./cpp-statuses")


def test_programs_in_csharp(release):
    mcs = ["mcs", "-langversion:7", "-codepage:utf8"]
    sources = [str(path.relative_to(release.folder)) for path in release.folder.glob("bindings/csharp/VideoDoktor/*.cs")]
    tests = [str(path.relative_to(release.folder)) for path in release.folder.glob("tests/csharp/*.cs")]
    compiled(release, *mcs, "-target:library", "-out:VideoDoktor.dll", *sources)
    compiled(release, *mcs, "-r:VideoDoktor.dll", "-out:Tests.exe", *tests)
    compiled(release, *mcs, "-r:VideoDoktor.dll", "-out:Statuses.exe", _own("Statuses.cs"), "tests/csharp/Check.cs", "tests/csharp/Sandbox.cs")
    passes(release, release.library, "mono", "--debug", "Tests.exe")
    passes(release, release.moving, "mono", "--debug", "Statuses.exe")


def test_programs_in_delphi(release):
    linux = Platform("linux", ["fpc"], "gcc", release.library)
    sandbox = Sandbox(SANDBOX)
    try:
        certificates = release.folder / "Certifikáty č. 1"
        certificates.mkdir()
        shutil.copy(sandbox.addresses["ca_file"], certificates / "ca.pem")
        for source, library in ((release.folder / "tests/delphi/Calls.dpr", release.library), (_own("Statuses.dpr"), release.moving)):
            program = release.folder / source.stem
            compiled(release, *linux.pascal, "-Mdelphi", "-gh", "-gl", "-FU.", "-Fubindings/delphi", "-Futests/delphi", f"-o{program}", source)
            settings = {name: release.environment(library)[name] for name in ("VIDEODOKTOR_LIBRARY", "LATER_STATUSES")}
            linux.run(program, settings, sandbox, leaks=True)
    finally:
        sandbox.stop()


def test_a_program_meets_each_status_that_was_added_since(release):
    assert release.later == MET
