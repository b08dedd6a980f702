"""Both Windows for the COM server, each as the one where its bitness is met most; tests/windows tries the library itself as both on either."""

import pytest
from platforms import platforms, start_sandbox

WINDOWS = {"x64": "win10", "x86": "win7"}


@pytest.fixture(scope="session")
def all_platforms():
    found = platforms()
    yield found
    for name in WINDOWS:
        found[name].end()


@pytest.fixture(scope="module", params=WINDOWS)
def platform(request, all_platforms):
    chosen = all_platforms[request.param]
    chosen.make_prefix()
    chosen.set_windows(WINDOWS[chosen.name])
    return chosen


@pytest.fixture(scope="module")
def sandbox():
    started = start_sandbox()
    yield started
    started.stop()
