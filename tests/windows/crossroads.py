"""Two proxies that refuse everybody and remember who came, by which tests see what a setting leads to."""

from refusing_proxy import SOCKS, RefusingProxy


class NamedProxy(RefusingProxy):
    def __init__(self, name, seen):
        self.name, self.seen = name, seen
        super().__init__()

    def note(self, head):
        self.seen.add(self.name + " by SOCKS" if head.startswith(SOCKS) else self.name)


class Crossroads:
    def __init__(self):
        self.seen = set()
        self.proxies = [NamedProxy(name, self.seen) for name in "AB"]
        self.addresses = {proxy.name: proxy.address for proxy in self.proxies}

    def take_seen(self):
        seen = " ".join(sorted(self.seen)) or "-"
        self.seen.clear()
        return seen

    def stop(self):
        for proxy in self.proxies:
            proxy.stop()
