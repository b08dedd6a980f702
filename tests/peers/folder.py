"""The folder of one run: configuration, logs, certificates and the service's files, readable for the servers' own user; and where the unpacked packages are."""

import grp
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# Servers that root starts work under another user, as they do everywhere. `nobody` is on every Debian.
IS_ROOT = os.getuid() == 0
USER = "nobody" if IS_ROOT else pwd.getpwuid(os.getuid()).pw_name
GROUP = "nogroup" if IS_ROOT else grp.getgrgid(os.getgid()).gr_name

CERTIFICATE = """
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
subjectAltName = DNS:localhost, DNS:ordinace.test, IP:127.0.0.1
authorityKeyIdentifier = keyid
"""


class Folder:
    def __init__(self):
        self.unpacked = pathlib.Path(os.environ["PEERS_UNPACKED"])
        self.php_version = (self.unpacked / "php-version").read_text().strip()
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="videodoktor-peers-"))
        self.path.chmod(0o711)
        shutil.copytree(HERE / "service", self.path / "service")
        for folder, _, files in os.walk(self.path / "service"):
            os.chmod(folder, 0o755)
            for name in files:
                os.chmod(os.path.join(folder, name), 0o644)
        self.make_certificates()

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)

    def make(self, name):
        """A folder that the servers' user may write to."""
        made = self.path / name
        made.mkdir(exist_ok=True)
        self.give(made)
        return made

    def give(self, path):
        if IS_ROOT:
            shutil.chown(path, USER, GROUP)

    def libraries(self):
        """The unpacked libraries come before those of the machine."""
        folders = [str(found) for top in ("usr/lib", "lib") for found in sorted(self.unpacked.glob(f"{top}/*-linux-gnu*"))]
        return {"PATH": os.environ["PATH"], "HOME": str(self.path), "LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": ":".join(folders), "PHP_INI_SCAN_DIR": ""}

    def write(self, template, path, **values):
        """Fills in a template of config/."""
        text = (HERE / "config" / template).read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", str(value))
        if "{{" in text.replace("{{…}}", ""):
            sys.exit(f"{template}: a value is missing")
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
        return path

    def make_certificates(self):
        def openssl(command):
            subprocess.run(["openssl", *command.split()], cwd=self.path, check=True, capture_output=True)

        for name in ("authority", "server"):
            (self.path / f"{name}.cnf").write_text(CERTIFICATE.format(name=f"Peers {name}"))
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -config authority.cnf -extensions authority")
        openssl("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -config server.cnf")
        openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 30 -extfile server.cnf -extensions server")
        self.ca_file, self.certificate, self.key = (self.path / name for name in ("ca.pem", "server.pem", "server.key"))
        self.certificate_with_key = self.path / "server-with-key.pem"
        self.certificate_with_key.write_text(self.certificate.read_text() + self.key.read_text())
