"""An authority that publishes revocation lists, and a TLS front before the sandbox with a certificate of it: what Windows' own verifier asks for."""

import http.server
import pathlib
import socket
import ssl
import subprocess
import tempfile
import threading

from listener import Listener
from tunnel import relay

SETTINGS = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = {name}
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:{lists}
[ca]
default_ca = this
[this]
database = index
crlnumber = number
default_md = sha256
default_crl_days = 30
"""


class Front(Listener):
    """Plain requests for the port `service` come in over TLS; the certificate names where its revocation list is, and there it is."""

    def __init__(self, service):
        self.service = service
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        self.lists = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.make_certificates("http://127.0.0.1:%d/revoked.crl" % self.lists.server_address[1])
        threading.Thread(target=self.lists.serve_forever, daemon=True).start()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # with the authority's own certificate: Wine 8 lets a chain pass that ends before any root, which Windows refuses
        chain = self.path / "chain.pem"
        chain.write_text((self.path / "server.pem").read_text() + (self.path / "ca.pem").read_text())
        self.context.load_cert_chain(chain, self.path / "server.key")
        self.ca_file = self.path / "ca.pem"
        super().__init__()
        self.address = f"https://localhost:{self.port}"

    def stop(self):
        self.lists.shutdown()
        super().stop()
        self.folder.cleanup()

    def handler(self):
        folder = self.path

        class Lists(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = (folder / "revoked.crl").read_bytes()
                self.send_response(200)
                self.send_header("Content-Type", "application/pkix-crl")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Lists

    def make_certificates(self, lists):
        def openssl(command):
            subprocess.run(["openssl", *command.split()], cwd=self.path, check=True, capture_output=True)

        for name in ("authority", "server"):
            (self.path / f"{name}.cnf").write_text(SETTINGS.format(name=f"Inspected {name}", lists=lists))
        (self.path / "index").write_text("")
        (self.path / "number").write_text("01\n")
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -config authority.cnf -extensions authority")
        openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -config server.cnf")
        openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 30 -extfile server.cnf -extensions server")
        openssl("ca -gencrl -config authority.cnf -cert ca.pem -keyfile ca.key -out revoked.pem")
        openssl("crl -in revoked.pem -outform DER -out revoked.crl")

    def attend(self, client):
        try:
            with self.context.wrap_socket(client, server_side=True) as inside, socket.create_connection(("127.0.0.1", self.service)) as service:
                relay(inside, service)
        except OSError:
            pass  # the client did not like the certificate, which is what some tests are about
