"""The peers run from before the first test until the last but those of test_afterwards.py, which look whether the machine is as before."""

import os
import subprocess

import pytest
from peers import peers
from processes import adopt_orphans

LAST = "test_afterwards"


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.module.__name__ == LAST)


@pytest.fixture(scope="session")
def running():
    adopt_orphans()
    try:
        peers.start()
        yield
    finally:
        stop()


def stop():
    """Ends them, once; PEERS_LOGS names a place for their folder."""
    if not hasattr(peers, "folder"):
        return
    kept = os.environ.get("PEERS_LOGS")
    if kept:
        subprocess.run(["cp", "-a", peers.folder.path, kept], check=False)
    peers.end()
    del peers.folder


@pytest.fixture(autouse=True)
def peers_run(request):
    """In every module but the last."""
    if request.module.__name__ != LAST:
        request.getfixturevalue("running")


@pytest.fixture
def stopped():
    stop()
