"""Starts the peers, runs the tests, ends everything and looks whether the machine is as before; run.sh calls it. Arguments: names of tests, or none."""

import concurrent.futures
import io
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

# Those in one row run side by side: they wait most of the time. While a front is restarted nothing else may run.
ROWS = [["test_calls"], ["test_proxies"], ["test_environment"], ["test_pauses", "test_gateways", "test_workers"], ["test_restarts"]]


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
    """Passed and failed of these tests, and what was said about them."""
    said = io.StringIO()
    result = unittest.TextTestRunner(verbosity=2, stream=said).run(tests)
    # one test may fail in several subtests
    broken = {str(getattr(test, "test_case", test)) for test, _ in result.failures + result.errors}
    return result.testsRun - len(result.skipped) - len(broken), len(broken), said.getvalue()


def wanted_of(module, wanted):
    """All of a module, or those of it that are wanted: test_calls, test_calls.Habits, …"""
    return [name for name in wanted if name.split(".")[0] == module] if wanted else [module]


def run_row(row, wanted):
    suites = [unittest.defaultTestLoader.loadTestsFromNames(names) for names in (wanted_of(module, wanted) for module in row) if names]
    with concurrent.futures.ThreadPoolExecutor(len(row)) as pool:
        results = list(pool.map(run, suites))
    print("".join(said for _, _, said in results), flush=True)
    return sum(passed for passed, _, _ in results), sum(failed for _, failed, _ in results)


def main(wanted):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    adopt_orphans()
    unknown = {name.split(".")[0] for name in wanted} - set(sum(ROWS, []))
    if unknown:
        sys.exit(f"no such tests: {', '.join(unknown)}")
    sums = []
    try:
        peers.start()
        sums += [run_row(row, wanted) for row in ROWS]
    finally:
        kept = os.environ.get("PEERS_LOGS")
        if kept and hasattr(peers, "folder"):
            subprocess.run(["cp", "-a", peers.folder.path, kept], check=False)
        peers.end()
    passed, failed, said = run(unittest.defaultTestLoader.loadTestsFromTestCase(Afterwards))
    print(said)
    passed, failed = passed + sum(good for good, _ in sums), failed + sum(bad for _, bad in sums)
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(0 if passed and not failed else 1)


main(sys.argv[1:])
