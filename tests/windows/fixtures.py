"""What tests under Wine share: the platforms, ended with the tests, and a sandbox. A conftest.py imports them."""

import pytest
from platforms import platforms, start_sandbox


@pytest.fixture(scope="session")
def all_platforms():
    """Linux and both Windows, by their names."""
    found = platforms()
    yield found
    for platform in found.values():
        platform.end()


@pytest.fixture(scope="module")
def sandbox():
    started = start_sandbox()
    yield started
    started.stop()
