"""Both Windows for the COM server, each as the one where its bitness is met most; tests/windows tries the library itself as both on either."""

import pytest
from fixtures import all_platforms, sandbox  # noqa: F401 (pytest finds them by these names)

WINDOWS = {"x64": "win10", "x86": "win7"}


@pytest.fixture(scope="module", params=WINDOWS)
def platform(request, all_platforms):
    chosen = all_platforms[request.param]
    chosen.make_prefix()
    chosen.set_windows(WINDOWS[chosen.name])
    return chosen
