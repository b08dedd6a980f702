"""Automatic detection that finds a proxy: a good one is used, and one that asks for a login is never shown that of the user."""

import os
import subprocess
import sys

import pytest
from platforms import HERE

UNSHARE = ["unshare", "--uts", "--mount", "--net", *([] if os.getuid() == 0 else ["--map-current-user", "--keep-caps"])]


@pytest.fixture(scope="module", autouse=True)
def namespaces():
    if subprocess.run([*UNSHARE, "true"], capture_output=True).returncode:
        pytest.skip("this machine gives no namespaces")


@pytest.mark.parametrize("bits", ["x64", "x86"])
@pytest.mark.parametrize("kind", ["good", "rogue"])
def test_a_detected_proxy_is_used_and_shown_no_login(all_platforms, bits, kind):
    platform = all_platforms[bits]
    platform.make_prefix()
    platform.end()  # Wine's server opens the sockets, and takes the domain when it starts: both belong into the network
    done = subprocess.run([*UNSHARE, sys.executable, HERE / "detection.py", bits, kind], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr[-1500:]
