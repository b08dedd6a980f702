"""A proxy that refuses everybody: by who comes to it, tests see what a setting leads to."""

from listener import Listener

SOCKS = b"\x04", b"\x05"  # how a client of SOCKS begins


class RefusingProxy(Listener):
    """`note`, which a subclass says, is told how each client began: a request's head, or a few bytes of SOCKS."""

    def note(self, head):
        raise NotImplementedError

    def attend(self, client):
        with client:
            head = b""
            while b"\r\n\r\n" not in head and not head.startswith(SOCKS):
                piece = client.recv(4096)
                if not piece:
                    return
                head += piece
            self.note(head)
            if not head.startswith(SOCKS):
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
