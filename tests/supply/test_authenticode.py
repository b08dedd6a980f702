"""Programs for Windows are signed by Authenticode: with an authority, a certificate and a time stamp server that are made here."""

import hashlib
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile
from pathlib import Path

import compare

ROOT = Path(__file__).resolve().parents[2]
SIGN = ROOT / "tests/dist/authenticode.py"
TSA = """[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""
PROGRAM = "int main(void) { return 0; }\n"


def ran(*command, **settings):
    done = subprocess.run(list(map(str, command)), capture_output=True, **settings)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


class Authority:
    """A root, and certificates of it for signing code and for time stamps."""

    def __init__(self, folder):
        self.folder = folder
        self.root = folder / "root.pem"
        ran("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Root of the test", "-days", "30",
            "-keyout", folder / "root.key", "-out", self.root)
        self.issue("code", "codeSigning")
        self.issue("stamp", "critical,timeStamping")

    def issue(self, name, usage):
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        ran("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name} of the test", "-keyout", self.folder / f"{name}.key", "-out", request)
        extensions.write_text(f"extendedKeyUsage={usage}\nkeyUsage=critical,digitalSignature\n")
        ran("openssl", "x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.folder / "root.key", "-CAcreateserial", "-days", "30",
            "-extfile", extensions, "-out", self.folder / f"{name}.pem")


class TimeStamps(http.server.ThreadingHTTPServer):
    """A time stamp server (RFC 3161): openssl's, behind HTTP."""

    def __init__(self, authority):
        super().__init__(("127.0.0.1", 0), Answer)
        self.authority, self.asked = authority, 0
        (authority.folder / "tsa.cnf").write_text(TSA.format(folder=authority.folder))
        (authority.folder / "serial").write_text("01\n")
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server_port}/"


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        folder = self.server.authority.folder
        (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked += 1
        reply = ran("openssl", "ts", "-reply", "-config", folder / "tsa.cnf", "-queryfile", folder / "query", "-signer", folder / "stamp.pem",
                    "-inkey", folder / "stamp.key", "-chain", self.server.authority.root)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


class Authenticode(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.authority = Authority(cls.place)
        cls.stamps = TimeStamps(cls.authority)
        cls.addClassCleanup(cls.stamps.server_close)
        cls.addClassCleanup(cls.stamps.shutdown)
        (cls.place / "program.c").write_text(PROGRAM)
        ran("x86_64-w64-mingw32-gcc", "-s", cls.place / "program.c", "-o", cls.place / "program.exe")

    def setUp(self):
        self.program = Path(self.enterContext(tempfile.TemporaryDirectory()), "program.exe")
        shutil.copy(self.place / "program.exe", self.program)
        self.unsigned = self.program.read_bytes()

    def sign(self, **settings):
        own = {"CODE_CERTIFICATE": self.place / "code.pem", "CODE_KEY": self.place / "code.key", "TIMESTAMP": self.stamps.address,
               "CODE_CA": self.authority.root, "TIMESTAMP_CA": self.authority.root}
        given = {f"VIDEODOKTOR_{name}": str(value) for name, value in {**own, **settings}.items() if value is not None}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VIDEODOKTOR_") and "proxy" not in name.lower()}
        return subprocess.run([sys.executable, SIGN, self.program], env={**kept, **given}, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def verified(self, root):
        return subprocess.run(["osslsigncode", "verify", "-CAfile", root, "-TSA-CAfile", root, "-in", self.program], capture_output=True, text=True)

    def test_a_program_is_signed_by_sha_256_with_a_time_stamp_and_any_change_shows(self):
        asked = self.stamps.asked
        done = self.sign()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.stamps.asked, asked + 1)
        shown = self.verified(self.authority.root)
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
        self.assertIn("SHA256", shown.stdout.upper().replace("-", ""))
        self.assertRegex(shown.stdout, r"(?i)time ?stamp")
        signed = bytearray(self.program.read_bytes())
        signed[0x400] ^= 1
        self.program.write_bytes(signed)
        self.assertNotEqual(self.verified(self.authority.root).returncode, 0)

    def test_without_its_signature_it_is_the_file_that_was_built(self):
        self.sign()
        bare = self.program.with_name("bare.exe")
        ran("osslsigncode", "remove-signature", "-in", self.program, "-out", bare)
        self.assertEqual(hashlib.sha256(bare.read_bytes()).digest(), hashlib.sha256(self.unsigned).digest())

    def released(self, name, program, recipe=b"the hash of the package"):
        """A folder as a release has it, with one program in its package."""
        folder = self.program.parent / name
        folder.mkdir()
        with zipfile.ZipFile(folder / "videodoktor-windows.zip", "w") as package:
            package.writestr("videodoktor/videodoktor.dll", program)
            package.writestr("videodoktor/SHA256SUMS", hashlib.sha256(program).hexdigest())
        with zipfile.ZipFile(folder / "videodoktor-recipes.zip", "w") as package:
            package.writestr("recipe", recipe)
        (folder / "SHA256SUMS").write_text(hashlib.sha256((folder / "videodoktor-windows.zip").read_bytes()).hexdigest())
        return folder

    def test_two_builds_of_which_one_is_signed_are_the_same_and_another_program_is_not(self):
        self.sign()
        signed, unsigned = self.released("signed", self.program.read_bytes(), b"one hash"), self.released("unsigned", self.unsigned, b"another hash")
        self.assertEqual(compare.differences(signed, unsigned), [])
        other = bytearray(self.unsigned)
        other[0x400] ^= 1
        self.assertEqual(compare.differences(signed, self.released("other", bytes(other), b"one hash")),
                         ["videodoktor-windows.zip: videodoktor/SHA256SUMS", "videodoktor-windows.zip: videodoktor/videodoktor.dll", "SHA256SUMS"])

    def test_a_pkcs_12_file_and_its_password_do_as_well(self):
        ran("openssl", "pkcs12", "-export", "-in", self.place / "code.pem", "-inkey", self.place / "code.key", "-passout", "pass:let me in",
            "-out", self.place / "code.p12")
        with_file = {"CODE_CERTIFICATE": self.place / "code.p12", "CODE_KEY": None}
        done = self.sign(**with_file, CODE_PASSWORD="let me in")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("let me in", done.stdout + done.stderr)
        self.program.write_bytes(self.unsigned)
        self.check_refused(**with_file, CODE_PASSWORD="let me")

    def test_an_authority_that_is_not_trusted_no_time_stamp_and_no_key_fail_and_leave_the_file_alone(self):
        other = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.check_refused(CODE_CA=Authority(other).root)
        self.check_refused(TIMESTAMP=None)
        self.check_refused(TIMESTAMP="http://127.0.0.1:9/")
        self.check_refused(CODE_KEY=None)
        self.check_refused(CODE_KEY=self.place / "stamp.key")

    def check_refused(self, **settings):
        done = self.sign(**settings)
        self.assertNotEqual(done.returncode, 0, f"{settings}: {done.stdout}")
        self.assertEqual(self.program.read_bytes(), self.unsigned)

    def test_without_a_certificate_nothing_is_signed_and_that_is_said(self):
        done = self.sign(CODE_CERTIFICATE=None)
        self.assertEqual((done.returncode, self.program.read_bytes()), (0, self.unsigned))
        self.assertIn("nothing is signed", done.stdout)

    def test_the_packages_are_built_of_signed_files(self):
        steps = (ROOT / "tests/dist/build.sh").read_text("utf-8")
        self.assertLess(steps.index("authenticode.py"), steps.index("assemble.py"))
