"""Starts the peers, runs the tests, ends everything and looks whether the machine is as before; run.sh calls it. Arguments: modules to run, or none."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest

import machine
from peers import peers
from processes import accepts, adopt_orphans, descendants, used_ports

MODULES = ["test_calls", "test_proxies", "test_pauses", "test_gateways", "test_workers", "test_restarts"]


class Afterwards(unittest.TestCase):
    """When all has been ended: the machine is as it was."""

    def test_no_process_of_ours_is_left(self):
        self.assertEqual(descendants(), {})

    def test_no_port_of_ours_is_open(self):
        self.assertTrue(used_ports())
        self.assertEqual([port for port in used_ports() if accepts(port)], [])

    def test_nothing_listens_starts_or_is_installed_that_was_not_before(self):
        before = json.loads(pathlib.Path(os.environ["PEERS_BEFORE"]).read_text())
        after = machine.snapshot()
        for what in ("enabled", "installed", "users"):
            with self.subTest(what):
                self.assertEqual(after[what], before[what])
        # a second run of these tests on the machine may begin or end meanwhile: its servers are not installed ones
        self.assertEqual([port for port in after["listening"] if port in used_ports()], [])


def run(tests):
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stdout).run(tests)
    # one test may fail in several subtests
    broken = {str(getattr(test, "test_case", test)) for test, _ in result.failures + result.errors}
    return result.testsRun - len(result.skipped) - len(broken), len(broken)


def main(wanted):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    adopt_orphans()
    passed = failed = 0
    try:
        peers.start()
        passed, failed = run(unittest.defaultTestLoader.loadTestsFromNames(wanted or MODULES))
    finally:
        kept = os.environ.get("PEERS_LOGS")
        if kept and hasattr(peers, "folder"):
            subprocess.run(["cp", "-a", peers.folder.path, kept], check=False)
        peers.end()
    more, worse = run(unittest.defaultTestLoader.loadTestsFromTestCase(Afterwards))
    passed, failed = passed + more, failed + worse
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(0 if passed and not failed else 1)


main(sys.argv[1:])
