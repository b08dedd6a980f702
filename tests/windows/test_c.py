"""The C programs, each as Windows 7 and as Windows 10."""

import functools

import pytest
from c_programs import NAMES, compiled
from platforms import workplace

WINDOWS = ["win7", "win10"]


class Programs:
    """The programs of one platform, each compiled once, by the test that is first to run it."""

    def __init__(self, platform, sandbox):
        self.platform, self.sandbox = platform, sandbox
        self.folder, self.hooked = workplace(platform, sandbox), workplace(platform, sandbox, hooks=True)
        self.compiled = functools.cache(lambda name: compiled(platform, name, self.hooked if name == "panic" else self.folder))

    def run(self, name, windows):
        if self.platform.windows != windows:
            self.platform.set_windows(windows)
        self.platform.run(self.compiled(name), sandbox=self.sandbox)


@pytest.fixture(scope="module", params=["x64", "x86"])
def programs(request, all_platforms, sandbox):
    all_platforms[request.param].make_prefix()
    return Programs(all_platforms[request.param], sandbox)


@pytest.mark.parametrize("name", [*NAMES, "panic"])
@pytest.mark.parametrize("windows", WINDOWS)
def test_a_program_keeps_what_it_promises(programs, windows, name):
    programs.run(name, windows)


def test_proxy_settings_lead_where_windows_own_clients_go(programs):
    programs.run("settings", "win10")
