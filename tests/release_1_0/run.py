"""Programs of release 1.0 with today's library; run.sh calls it with the folder to work in, and maybe the bindings that are wanted."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import differences
import history

ROOT = history.ROOT
sys.path += [str(ROOT / "tests"), str(ROOT / "tests/windows")]
import tally  # noqa: E402 (it lies one folder up)
from platforms import Platform  # noqa: E402 (Free Pascal's programs are run as the Delphi tests run them)
from world import Sandbox  # noqa: E402

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


def tested(release, library, *command):
    """How many tests a program made, all of which passed."""
    said = _said(["sh", ROOT / "tests/with_sandbox.sh", *command], cwd=release.folder, env=release.environment(library), timeout=TIME_LIMIT)
    sums = re.findall(r"(?m)^(\d+) passed, 0 failed$", said)
    if not sums or sums[-1] == "0":
        raise RuntimeError(f"{command[0]} tells no sum\n{said}")
    return int(sums[-1])


def with_c(release):
    """Linked to the library, and through the loader, which binds every function by its name."""
    sources = sorted(str(path.relative_to(release.folder)) for path in release.folder.glob("tests/c/*.c"))
    gcc = ["gcc", "-std=c99", "-D_GNU_SOURCE", "-Iinclude", "-Itests/c", "-Ibindings/c"]
    link = ["-lpthread", "-lm", "-ldl", "-Wl,-rpath,$ORIGIN"]
    compiled(release, *gcc, *sources, release.library, *link, "-o", "c-linked")
    used = set(re.findall(r" U (vd_\w+)$", _said(["nm", "-u", release.folder / "c-linked"]), re.M))
    exports = set((release.folder / "tests/abi/exports.txt").read_text().split())
    if used != exports:
        raise RuntimeError(f"the tests of 1.0 do not make the calls {sorted(exports - used)}")

    loader = "".join(f"#define {name} loaded.{name}\n" for name in sorted(exports))
    (release.folder / "loaded.h").write_text(f'#include "videodoktor_loader.h"\nextern videodoktor_api loaded;\n{loader}')
    by_table = ["-include", "loaded.h", _own("loaded.c")]
    # as C++, which takes an address out of the table where C wants a constant
    compiled(release, "g++", "-std=c++98", "-x", "c++", *gcc[2:], *by_table, *sources, "-x", "none", *link, "-o", "c-loaded")
    compiled(release, *gcc, *by_table, _own("statuses.c"), "tests/c/check.c", "tests/c/sandbox.c", *link, "-o", "c-statuses")
    return (tested(release, release.library, "./c-linked") + tested(release, release.library, "./c-loaded")
            + tested(release, release.moving, "./c-statuses"))


def with_cpp(release):
    gcc = ["g++", "-std=c++11", "-Iinclude", "-Itests/cpp"]
    service = ["-x", "c++", "tests/c/check.c", "tests/c/sandbox.c", "-x", "none"]
    link = [release.library, "-lpthread", "-Wl,-rpath,$ORIGIN"]
    stories = sorted(str(path.relative_to(release.folder)) for path in release.folder.glob("tests/cpp/*_story.cpp"))
    compiled(release, *gcc, *stories, "tests/cpp/main.cpp", *service, *link, "-o", "cpp-stories")
    shutil.copy(_own("statuses.cpp"), release.folder / "tests/cpp")
    compiled(release, *gcc, "tests/cpp/statuses.cpp", *service, release.moving, *link, "-o", "cpp-statuses")
    return tested(release, release.library, "./cpp-stories") + tested(release, release.moving, "./cpp-statuses")


def with_csharp(release):
    mcs = ["mcs", "-langversion:7", "-codepage:utf8"]
    sources = [str(path.relative_to(release.folder)) for path in release.folder.glob("bindings/csharp/VideoDoktor/*.cs")]
    tests = [str(path.relative_to(release.folder)) for path in release.folder.glob("tests/csharp/*.cs")]
    compiled(release, *mcs, "-target:library", "-out:VideoDoktor.dll", *sources)
    compiled(release, *mcs, "-r:VideoDoktor.dll", "-out:Tests.exe", *tests)
    compiled(release, *mcs, "-r:VideoDoktor.dll", "-out:Statuses.exe", _own("Statuses.cs"), "tests/csharp/Check.cs", "tests/csharp/Sandbox.cs")
    return tested(release, release.library, "mono", "--debug", "Tests.exe") + tested(release, release.moving, "mono", "--debug", "Statuses.exe")


def try_delphi(release):
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


PROGRAMS = {"c": with_c, "cpp": with_cpp, "csharp": with_csharp}


def main(folder, wanted):
    why = history.why_not()
    if why:
        tally.leave_out(f"programs compiled for 1.0: {why}")
    release = Release(folder)
    tally.check(release.later == MET, "a program for 1.0 meets each status that was added since", f"added {release.later}, met {MET}")
    # the Delphi programs count in this thread, beside one other
    with ThreadPoolExecutor(1) as pool:
        running = {name: pool.submit(PROGRAMS[name], release) for name in PROGRAMS if name in wanted or not wanted}
        if "delphi" in wanted or not wanted:
            tally.tell("delphi", try_delphi, release)
        for name, result in running.items():
            tally.chapter(name)
            tally.tell(f"programs for 1.0 with the {name} binding", lambda: tally.add_passed(result.result()))  # noqa: B023 (called at once)
    tally.finish()


main(Path(sys.argv[1]).resolve(), sys.argv[2:])
