"""A network in which automatic detection (WPAD) finds a proxy: its name server knows `wpad`, and the proxy may be anybody's.

Wine detects by DNS and port 80 only, so all of it runs in namespaces of its own: detection.py PLATFORM KIND is the program inside.
"""

import fcntl
import http.server
import os
import socket
import socketserver
import struct
import subprocess
import sys
import tempfile
import threading

from peers_stand import Stand
from platforms import HERE, platforms, start_sandbox, workplace

DOMAIN = "ordinace.test"


class NameServer(socketserver.BaseRequestHandler):
    """Knows this machine and, unless `wpad` says otherwise, the host of the detection; nothing else is a name."""

    wpad = "known"  # or "unknown", or "silent": it is never answered

    def handle(self):
        query, channel = self.request
        end = query.index(b"\0", 12) + 5
        name, kind = read_name(query), struct.unpack("!H", query[end - 4 : end - 2])[0]
        is_wpad = name == f"wpad.{DOMAIN}"
        if is_wpad and self.wpad == "silent":
            return
        is_known = self.wpad == "known" if is_wpad else name == f"praxe1.{DOMAIN}"
        is_address = is_known and kind == 1
        flags = 0x8180 if is_known else 0x8183
        address = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + socket.inet_aton("127.0.0.1") if is_address else b""
        channel.sendto(query[:2] + struct.pack("!HHHHH", flags, 1, int(is_address), 0, 0) + query[12:end] + address, self.client_address)


def read_name(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1").lower())
        at += 1 + query[at]
    return ".".join(labels)


class Script(http.server.BaseHTTPRequestHandler):
    """wpad.dat, which names the proxy that the test chooses."""

    proxy = ""
    asked = 0

    def do_GET(self):
        body = b'function FindProxyForURL(url, host) { return "PROXY %s"; }' % Script.proxy.encode()
        Script.asked += self.path == "/wpad.dat"
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ns-proxy-autoconfig")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def make_network():
    """Loopback, a host name with a domain, and a name server for it."""
    SIOCSIFFLAGS, IFF_UP_RUNNING = 0x8914, 0x41
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP_RUNNING))
    socket.sethostname(f"praxe1.{DOMAIN}")
    with tempfile.NamedTemporaryFile("w", prefix="resolv.conf.") as settings:
        settings.write("nameserver 127.0.0.1\noptions timeout:2 attempts:1\n")
        settings.flush()
        os.chmod(settings.name, 0o644)
        subprocess.run(["mount", "--bind", settings.name, "/etc/resolv.conf"], check=True)
    for server in (socketserver.ThreadingUDPServer(("127.0.0.1", 53), NameServer), http.server.ThreadingHTTPServer(("127.0.0.1", 80), Script)):
        threading.Thread(target=server.serve_forever, daemon=True).start()


def main(name, kind):
    make_network()
    platform = platforms()[name]
    sandbox, stand = start_sandbox(), Stand()
    try:
        program = platform.compile_c("detection", workplace(platform, sandbox), [HERE / "detection.c"])
        # `localhost` is the name for which the realm has a ticket
        Script.proxy = {"good": sandbox.proxy.address, "rogue": sandbox.asking.address.replace("127.0.0.1", "localhost")}[kind]
        platform.run(program, {**stand.logged_on(platform), "VD_KIND": kind, "VD_DETECTED": Script.proxy}, sandbox)
        assert Script.asked, "wpad.dat was fetched"
    finally:
        platform.end()
        stand.stop()
        sandbox.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
