"""A Kerberos realm of its own: MIT's KDC on loopback, a user, and the service of a proxy called `localhost`."""

import os
import socket
import subprocess

import ntlm
from processes import Process, free_port

REALM, USER, PASSWORD = "ORDINACE.TEST", "zubar", "heslo-kerberos"
SERVICE = f"HTTP/localhost@{REALM}"


class Kerberos:
    def __init__(self, folder):
        self.folder, self.place, self.port = folder, folder.make("kerberos"), free_port()
        modules = next(folder.unpacked.glob("usr/lib/*/krb5/plugins/kdb"))
        self.config = folder.write("krb5.conf", self.place / "krb5.conf", port=self.port, realm=REALM)
        kdc = folder.write("kdc.conf", self.place / "kdc.conf", folder=self.place, port=self.port, realm=REALM, modules=modules)
        self.environment = {**folder.libraries(), "KRB5_CONFIG": str(self.config), "KRB5_KDC_PROFILE": str(kdc), "KRB5RCACHENAME": "none:"}
        self.keytab, self.tickets = self.place / "proxy.keytab", self.place / "tickets"
        self.run("usr/sbin/kdb5_util", "create", "-s", "-P", "database")
        for query in (f"addprinc -pw {PASSWORD} {USER}", f"addprinc -randkey {SERVICE}", f"ktadd -k {self.keytab} {SERVICE}"):
            self.run("usr/sbin/kadmin.local", "-r", REALM, "-q", query)
        folder.give(self.keytab)
        self.process = Process("krb5kdc", [folder.unpacked / "usr/sbin/krb5kdc", "-n"], [self.port], self.place / "output.log", self.environment)
        self.run("usr/bin/kinit", "-c", f"FILE:{self.tickets}", USER, said=PASSWORD)

    def run(self, program, *arguments, said=""):
        done = subprocess.run(
            [self.folder.unpacked / program, *arguments], input=said + "\n", env=self.environment, capture_output=True, text=True, timeout=60,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    def of_user(self):
        """The environment of a program that the user has started after logging in."""
        return {**os.environ, **self.environment, "KRB5CCNAME": f"FILE:{self.tickets}"}

    def of_nobody(self):
        """The same for somebody who has not logged in."""
        return {**self.of_user(), "KRB5CCNAME": f"FILE:{self.place / 'nobody'}"}

    def of_nobody_with_ntlm(self):
        """The same, where the system also has GSSAPI's NTLM (gss-ntlmssp) with a login of it."""
        plugin = next(self.folder.unpacked.glob("usr/lib/*/gssntlmssp/gssntlmssp.so"))
        mechanisms, login = self.place / "mechanisms", self.place / "ntlm-login"
        mechanisms.write_text(f"gssntlmssp_v1 1.3.6.1.4.1.311.2.2.10 {plugin}\n")
        login.write_text(f"{ntlm.DOMAIN}:{ntlm.USER}:{ntlm.PASSWORD}\n")
        return {**self.of_nobody(), "GSS_MECH_CONFIG": str(mechanisms), "NTLM_USER_FILE": str(login)}

    def only_login(self):
        """A cache with nothing but the user's login: no ticket for the proxy is in it yet."""
        fresh = self.place / "fresh"
        self.run("usr/bin/kinit", "-c", f"FILE:{fresh}", USER, said=PASSWORD)
        return f"FILE:{fresh}"

    def with_silent_kdc(self, port):
        """The user's, but the KDC is on this port."""
        config = self.folder.write("krb5.conf", self.place / "silent.conf", port=port, realm=REALM)
        return {**self.of_user(), "KRB5_CONFIG": str(config)}


class SilentKdc:
    """Takes every question and answers none, over UDP and TCP."""

    def __enter__(self):
        self.port = free_port()
        self.sockets = [socket.socket(type=kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)]
        for one in self.sockets:
            one.bind(("127.0.0.1", self.port))
        self.sockets[1].listen()
        return self

    def __exit__(self, *_):
        for one in self.sockets:
            one.close()
