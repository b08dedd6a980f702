"""When all has been ended: the machine is as it was."""

import json
import os
import pathlib

import machine
import pytest
from processes import accepts, descendants, used_ports

pytestmark = pytest.mark.usefixtures("stopped")


def test_no_process_of_ours_is_left():
    assert descendants() == {}


def test_no_port_of_ours_is_open():
    assert used_ports()
    assert [port for port in used_ports() if accepts(port)] == []


def test_nothing_listens_starts_or_is_installed_that_was_not_before():
    before = json.loads(pathlib.Path(os.environ["PEERS_BEFORE"]).read_text())
    after = machine.snapshot()
    for what in ("enabled", "installed", "users"):
        assert after[what] == before[what]
    # a second run of these tests on the machine may begin or end meanwhile: its servers are not installed ones
    assert [port for port in after["listening"] if port in used_ports()] == []
