"""The environment's proxies are those that curl takes: each setting is given to curl and to the library, and both are seen at the same proxies."""

import base64
import os
import re
import subprocess

from peers import Case, peers
from refusing_proxy import SOCKS, RefusingProxy

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
HOST = "https://demo.ordinace.test"


class WatchedProxy(RefusingProxy):
    """It remembers who came with which login."""

    def __init__(self):
        self.seen = []
        super().__init__()

    def note(self, head):
        if head.startswith(SOCKS):
            self.seen.append("socks")
            return
        target = head.split()[1].decode()
        login = re.search(rb"(?im)^proxy-authorization: basic (\S+)", head)
        self.seen.append(f"http {target} {base64.b64decode(login.group(1)).decode() if login else ''}".strip())

    def take(self):
        seen, self.seen = self.seen, []
        return seen[:1]


def settings(one, two):
    """The variables, of which many are common mistakes."""
    a, b = one.address, two.address
    yield {}
    for scheme in ("", "http://", "HTTP://", "socks5://", "socks5h://"):
        for slash in ("", "/"):
            yield {"https_proxy": f"{scheme}{a}{slash}"}
    for login in ("u:p@", "u%40x:p%3Aw@", "DOM%5Cu:p@", "u:@", "u:p%25w@", "%C5%BEofie:heslo@"):
        yield {"https_proxy": f"http://{login}{a}"}
    yield {"HTTPS_PROXY": f"http://{a}"}
    yield {"https_proxy": f"http://{a}", "HTTPS_PROXY": f"http://{b}"}
    yield {"https_proxy": "", "HTTPS_PROXY": f"http://{b}"}
    yield {"http_proxy": f"http://{a}"}
    yield {"HTTP_PROXY": f"http://{a}"}
    for every in ("all_proxy", "ALL_PROXY"):
        yield {every: f"http://{a}"}
        yield {every: f"socks5h://{a}"}
        yield {every: f"http://{a}", "https_proxy": f"http://{b}"}
        yield {every: f"http://{a}", "http_proxy": f"http://{b}"}
        yield {every: f"http://{a}", "https_proxy": ""}
    for exceptions in (
        "demo.ordinace.test", "ordinace.test", ".ordinace.test", "test", ".test", "*", "emo.ordinace.test", "rdinace.test", "DEMO.ORDINACE.TEST",
        "localhost,ordinace.test", "localhost ordinace.test", "localhost, ordinace.test", " ordinace.test ", "localhost", "", ",", "example.cz,demo",
        "demo.ordinace.test.", "10.0.0.0/8",
    ):
        yield {"https_proxy": f"http://{a}", "no_proxy": exceptions}
    yield {"https_proxy": f"http://{a}", "NO_PROXY": "ordinace.test"}
    yield {"https_proxy": f"http://{a}", "no_proxy": "example.cz", "NO_PROXY": "ordinace.test"}


class Environment(Case):
    def test_each_setting_leads_where_it_leads_curl(self):
        one, two = WatchedProxy(), WatchedProxy()
        practice = peers.practice()
        clean = {name: value for name, value in os.environ.items() if name.lower() not in NAMES}
        tried = 0
        for variables in settings(one, two):
            environment = {**clean, **variables}
            subprocess.run(["curl", "-s", "-m", "10", "-o", os.devnull, HOST], env=environment, check=False, timeout=60)
            by_curl = one.take(), two.take()
            peers.calls_as(environment, HOST, practice, ("time",), retries=0, timeout_ms=10000, proxy="system", proxy_auth="basic")
            with self.subTest(variables):
                self.assertEqual((one.take(), two.take()), by_curl)
            tried += 1
        self.assertGreaterEqual(tried, 50)
