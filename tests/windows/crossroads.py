"""Two proxies that refuse everybody and remember who came, by which tests see what a setting leads to."""

from listener import Listener


class RefusingProxy(Listener):
    def __init__(self, name, seen):
        self.name, self.seen = name, seen
        super().__init__()

    def attend(self, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head and not head.startswith((b"\x04", b"\x05")):
                piece = client.recv(4096)
                if not piece:
                    return
                head += piece
            if head.startswith((b"\x04", b"\x05")):
                self.seen.add(self.name + " by SOCKS")
                return
            self.seen.add(self.name)
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class Crossroads:
    def __init__(self):
        self.seen = set()
        self.proxies = [RefusingProxy(name, self.seen) for name in "AB"]
        self.addresses = {proxy.name: proxy.address for proxy in self.proxies}

    def take_seen(self):
        seen = " ".join(sorted(self.seen)) or "-"
        self.seen.clear()
        return seen

    def stop(self):
        for proxy in self.proxies:
            proxy.stop()
