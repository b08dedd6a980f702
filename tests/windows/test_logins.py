"""Logins to a real squid by Windows' own means: NTLM, and Kerberos where Wine has it."""

import pytest
from peers_stand import Stand
from platforms import HERE, workplace
from world import script


@pytest.fixture(scope="module")
def stand():
    started = Stand()
    yield started
    started.stop()


@pytest.mark.parametrize("bits", ["x64", "x86"])
def test_squid_knows_who_logged_in(all_platforms, sandbox, stand, bits):
    platform = all_platforms[bits]
    platform.make_prefix()
    platform.set_windows("win10")
    ntlm, kerberos = stand.told["ntlm"], stand.told["kerberos"]
    settings = {
        "VD_SQUID_NTLM": ntlm["proxy"], "VD_NTLM_DOMAIN": ntlm["domain"], "VD_NTLM_USER": ntlm["user"], "VD_NTLM_PASSWORD": ntlm["password"],
        "VD_SQUID_KERBEROS": kerberos["proxy"], **stand.logged_on(platform),
    }
    for kind, proxy in (("ntlm", ntlm["proxy"]), ("auto", kerberos["proxy"])):
        sandbox.scripts.scripts[f"/squid-{kind}.pac"] = script(f'"PROXY {proxy}"')
    stand.forget_users()
    platform.run(platform.compile_c("logins", workplace(platform, sandbox), [HERE / "logins.c"]), settings, sandbox)
    assert stand.users() >= {rf"{ntlm['domain']}\{ntlm['user']}"} | ({kerberos["user"]} if bits == "x64" else set())
