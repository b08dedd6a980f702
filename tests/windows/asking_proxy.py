"""A proxy that asks everybody for the login of Windows, and remembers what it was shown."""

import base64
import re

from listener import Listener

NTLM = b"NTLMSSP\0"


class AskingProxy(Listener):
    def __init__(self):
        self.shown = []
        super().__init__()

    def take_shown(self):
        """What came since the last time: "nothing" if nobody came with a login, "nobody" if nobody came."""
        shown, self.shown = self.shown, []
        return " ".join(sorted(set(shown) - {"nothing"})) or ("nothing" if shown else "nobody")

    def attend(self, client):
        with client, client.makefile("rb") as lines:
            while lines.readline():
                head = b""
                while (line := lines.readline()) not in (b"\r\n", b""):
                    head += line
                self.shown.append(what_is_shown(head))
                client.sendall(
                    b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n"
                    b"Content-Length: 0\r\nProxy-Connection: keep-alive\r\n\r\n"
                )


def what_is_shown(head):
    """Of the request: the scheme, and whether its token is NTLM's, raw or somewhere in SPNEGO."""
    login = re.search(rb"(?im)^proxy-authorization: *(\S+) +(\S+)", head)
    if not login:
        return "nothing"
    token = base64.b64decode(login.group(2))
    return login.group(1).decode() + ("+NTLMSSP" if NTLM in token else "")
