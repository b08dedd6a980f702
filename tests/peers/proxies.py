"""squid, tinyproxy, dante, privoxy and mitmproxy."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

from folder import GROUP, IS_ROOT, USER
from kerberos import SERVICE
from listener import Listener
from processes import Process, free_port, wait_until

LOGIN = "ordinace", "heslo-proxy"


class Proxy:
    """`log` is the file in which the proxy writes down where it has led whom."""

    def has_led_to(self, port):
        return re.search(rf"[.:]{port}\b", self.log.read_text(errors="replace")) is not None


class Squid(Proxy):
    """One port for everybody, and one for each way to log in: Basic, Negotiate (Kerberos), Digest, NTLM."""

    def __init__(self, folder, kerberos, ntlm):
        place = folder.make("squid")
        shared = folder.unpacked / "usr/share"
        # copies: squid's own user may not be allowed into the cache folder of the one who runs the tests
        shutil.copy(shared / "squid/mime.conf", place)
        shutil.copytree(shared / "squid-langpack/en", place / "errors")
        for helper in ("basic_ncsa_auth", "digest_file_auth", "negotiate_kerberos_auth"):
            os.chmod(shutil.copy(folder.unpacked / "usr/lib/squid" / helper, place), 0o755)
        (place / "hosts").write_text("127.0.0.1 localhost ordinace.test praxe.example\n")
        name, password = LOGIN
        crypted = subprocess.run(["openssl", "passwd", "-apr1", password], check=True, capture_output=True, text=True).stdout.strip()
        (place / "passwords").write_text(f"{name}:{crypted}\n")
        (place / "digests").write_text(f"{name}:{password}\n")
        shutil.copy(kerberos.keytab, place)
        # nor do its helpers reach libraries there
        self.libraries = libraries = place / "libraries"
        libraries.mkdir()
        for name in ("gssapi_krb5", "krb5", "k5crypto", "krb5support", "com_err", "keyutils"):
            for found in folder.unpacked.glob(f"**/lib{name}.so.*"):
                shutil.copy(found, libraries)
        environment = {**kerberos.environment, "LD_LIBRARY_PATH": f"{libraries}:{kerberos.environment['LD_LIBRARY_PATH']}"}
        for path in place.rglob("*"):
            folder.give(path)
        self.open, self.login, self.kerberos, self.digest, self.ntlm = ports = [free_port() for _ in range(5)]
        self.log = place / "access.log"
        config = folder.write(
            "squid.conf", place / "squid.conf", folder=place, helpers=folder.unpacked / "usr/lib/squid", open=self.open, login=self.login,
            kerberos=self.kerberos, digest=self.digest, ntlm=self.ntlm, ntlm_helper=ntlm.helper, keytab=place / kerberos.keytab.name, service=SERVICE,
            identity=f"cache_effective_user {USER}\ncache_effective_group {GROUP}" if IS_ROOT else "",
        )
        self.process = Process(
            "squid", [folder.unpacked / "usr/sbin/squid", "-N", "-f", config], ports, place / "output.log", environment,
        )

    def url(self, login=None):
        return f"http://127.0.0.1:{self.open}" if login is None else f"http://{login[0]}:{login[1]}@127.0.0.1:{self.login}"


class Tinyproxy(Proxy):
    def __init__(self, folder):
        place, port = folder.make("tinyproxy"), free_port()
        config = folder.write(
            "tinyproxy.conf", place / "tinyproxy.conf", folder=place, port=port, identity=f"User {USER}\nGroup {GROUP}" if IS_ROOT else "",
        )
        self.url, self.log = f"http://127.0.0.1:{port}", place / "tinyproxy.log"
        self.process = Process(
            "tinyproxy", [folder.unpacked / "usr/bin/tinyproxy", "-d", "-c", config], [port], place / "output.log", folder.libraries(),
        )


class Dante(Proxy):
    """For everybody, or for those who know LOGIN."""

    def __init__(self, folder, asks_for_login=False):
        place, self.port = folder.make("dante-login" if asks_for_login else "dante"), free_port()
        user = f"user.privileged: root\nuser.unprivileged: {USER}" if IS_ROOT else f"user.unprivileged: {USER}"
        config = folder.write(
            "danted.conf", place / "danted.conf", folder=place, port=self.port, identity=user, method="username" if asks_for_login else "none",
        )
        self.log = place / "danted.log"
        self.process = Process(
            "dante", [folder.unpacked / "usr/sbin/danted", "-f", config, "-p", place / "danted.pid"], [self.port], place / "output.log",
            {**folder.libraries(), **(self.accounts(folder, place) if asks_for_login else {})},
        )

    def accounts(self, folder, place):
        """dante asks the system for the account: libnss_wrapper gives it one more, so that the machine needs none."""
        name, password = LOGIN
        crypted = subprocess.run(["openssl", "passwd", "-6", password], check=True, capture_output=True, text=True).stdout.strip()
        users, groups, shadow = place / "passwd", place / "group", place / "shadow"
        users.write_text(pathlib.Path("/etc/passwd").read_text() + f"{name}:x:64000:64000::/:/usr/sbin/nologin\n")
        groups.write_text(pathlib.Path("/etc/group").read_text() + f"{name}:x:64000:\n")
        shadow.write_text(f"{name}:{crypted}:19000:0:99999:7:::\n")
        return {
            "LD_PRELOAD": str(next(folder.unpacked.glob("usr/lib/*/libnss_wrapper.so"))),
            "NSS_WRAPPER_PASSWD": str(users), "NSS_WRAPPER_GROUP": str(groups), "NSS_WRAPPER_SHADOW": str(shadow),
        }

    def url(self, login=None):
        return f"socks5://127.0.0.1:{self.port}" if login is None else f"socks5://{login[0]}:{login[1]}@127.0.0.1:{self.port}"


class Privoxy(Proxy):
    """A filter on the PC, as families and practices run it; it reaches the world through a SOCKS server that wants a login."""

    def __init__(self, folder, behind):
        place, port = folder.make("privoxy"), free_port()
        shutil.copytree(folder.unpacked / "etc/privoxy/templates", place / "templates")
        config = folder.write(
            "privoxy.conf", place / "privoxy.conf", folder=place, templates=place / "templates", port=port, login=":".join(LOGIN), behind=behind.port,
        )
        self.url, self.log = f"http://127.0.0.1:{port}", place / "output.log"  # in the foreground it logs there
        user = ["--user", f"{USER}.{GROUP}"] if IS_ROOT else []
        self.process = Process(
            "privoxy", [folder.unpacked / "usr/sbin/privoxy", "--no-daemon", *user, config], [port], self.log, folder.libraries(),
        )


class Mitmproxy(Proxy):
    """Inspects TLS with a certificate of its own, as an antivirus does."""

    def __init__(self, folder):
        place, port = folder.make("mitmproxy"), free_port()
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment["PYTHONPATH"] = os.environ["PEERS_MITMPROXY"]
        self.url, self.ca_file, self.log = f"http://127.0.0.1:{port}", place / "mitmproxy-ca-cert.pem", place / "output.log"
        self.process = Process(
            "mitmproxy",
            [sys.executable, "-c", "from mitmproxy.tools.main import mitmdump; mitmdump()", "--listen-host", "127.0.0.1", "--listen-port", port,
             "--set", f"confdir={place}",
             "--set", f"ssl_verify_upstream_trusted_ca={folder.ca_file}", "--set", "flow_detail=1"],
            [port], place / "output.log", environment,
        )
        wait_until(self.ca_file.exists, self.process.why_not_ready)


class StallingProxy(Listener):
    """Asks for a login, and then says nothing to the client that sends one."""

    def __init__(self):
        self.stalled = threading.Event()
        self.silent = []
        super().__init__()

    def attend(self, client):
        head = b""
        while b"authorization:" not in head.lower():
            while b"\r\n\r\n" not in head:
                piece = client.recv(4096)
                if not piece:
                    return
                head += piece
            if b"authorization:" not in head.lower():
                head = b""
                client.sendall(b'HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')
        self.silent.append(client)
        self.stalled.set()

    def stop(self):
        super().stop()
        for client in self.silent:
            client.close()
