"""6. Size of the library, memory of a process after a call, and of idle clients."""

import os
import re
import subprocess

import paths
from competitors import CURL, OURS, Competitor
from report import table

NUMBER, TITLE = 6, "Size and memory"
CLIENTS = 1000
WINDOWS = ("x64", "x86")


def measure(stage):
    found = {"files": files(), "libcurl": loaded_for_curl(), "after_a_call": {}, "a_client": {}}
    for way in (OURS, CURL):
        with Competitor(way, stage.account()) as competitor:
            competitor.obey("list 1")
            before = competitor.memory()
            competitor.obey(f"clients {CLIENTS}")
            found["after_a_call"][way.key] = before
            found["a_client"][way.key] = (competitor.memory() - before) / CLIENTS
    return found


def files():
    """The files as they are shipped, those of them that have been built."""
    built = os.path.dirname(paths.OUT)
    shipped = {
        "libvideodoktor.so, x64": os.path.join(built, "portable", "x86_64-unknown-linux-gnu", "release", "libvideodoktor.so"),
        **{f"videodoktor.dll, {bits}": os.path.join(built, "windows", bits, "videodoktor.dll") for bits in WINDOWS},
    }
    return {name: os.path.getsize(path) for name, path in shipped.items() if os.path.exists(path)}


def loaded_for_curl():
    """libcurl, OpenSSL's two, and everything else that libcurl brings and the C library does not."""
    listed = subprocess.run(["ldd", paths.program("curl")], capture_output=True, text=True, check=True).stdout
    sizes = {os.path.basename(path): os.path.getsize(os.path.realpath(path)) for path in re.findall(r"=> (/\S+)", listed)}
    core = {name: size for name, size in sizes.items() if re.match(r"lib(curl|ssl|crypto)\.", name)}
    rest = {name: size for name, size in sizes.items() if name not in core and not re.match(r"lib(c|cjson)\.so", name)}
    return {"core": sum(core.values()), "all": sum(core.values()) + sum(rest.values()), "files": len(core) + len(rest)}


def lines(found):
    rows = [[name, f"{size:,}"] for name, size in found["files"].items()]
    rows.append(["libcurl, libssl, libcrypto", f"{found['libcurl']['core']:,}"])
    rows.append([f"all {found['libcurl']['files']} files that libcurl brings", f"{found['libcurl']['all']:,}"])
    yield from table(["file", "bytes"], rows)
    if len(found["files"]) < 1 + len(WINDOWS):
        yield ""
        yield "What is shipped is made by `sh tests/windows/build.sh` and `sh tests/dist/portable.sh`; what is not here was not there."
    yield ""
    rows = [[way.name, f"{found['after_a_call'][way.key] / 1e6:.1f}", f"{found['a_client'][way.key] / 1e3:.1f}"] for way in (OURS, CURL)]
    yield from table(["memory of the process (PSS)", "after one call, MB", f"each of {CLIENTS:,} idle clients, connected, kB"], rows)


def goals(found):
    size, theirs = os.path.getsize(paths.LIBRARY), found["libcurl"]["core"]
    yield "size of the library that was measured, MB", f"below libcurl and OpenSSL, {theirs / 1e6:.1f}", f"{size / 1e6:.2f}", size < theirs
    for what, unit, scale in (("after_a_call", "memory after one call, MB", 1e6), ("a_client", "memory of an idle client, kB", 1e3)):
        ours, theirs = found[what]["ours"], found[what]["curl"]
        yield unit, f"below libcurl's {theirs / scale:.1f}", f"{ours / scale:.1f}", ours < theirs
