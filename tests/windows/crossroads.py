"""Two proxies that refuse everybody and remember who came, by which tests see what a setting leads to."""

import socket
import threading


class Crossroads:
    def __init__(self):
        self.seen = set()
        self.listeners = {name: socket.create_server(("127.0.0.1", 0)) for name in "AB"}
        self.addresses = {name: "127.0.0.1:%d" % listener.getsockname()[1] for name, listener in self.listeners.items()}
        for name in self.listeners:
            threading.Thread(target=self.serve, args=(name,), daemon=True).start()

    def take_seen(self):
        seen, self.seen = self.seen, set()
        return " ".join(sorted(seen)) or "-"

    def stop(self):
        for listener in self.listeners.values():
            listener.close()

    def serve(self, name):
        while True:
            try:
                client, _ = self.listeners[name].accept()
            except OSError:
                return
            threading.Thread(target=self.refuse, args=(name, client), daemon=True).start()

    def refuse(self, name, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head and not head.startswith((b"\x04", b"\x05")):
                piece = client.recv(4096)
                if not piece:
                    return
                head += piece
            if head.startswith((b"\x04", b"\x05")):
                self.seen.add(name + " by SOCKS")
                return
            self.seen.add(name)
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
