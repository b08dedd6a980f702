#!/usr/bin/env python3
"""Signs programs and DLLs for Windows by Authenticode: python3 authenticode.py FILE...: in place, by SHA-256, with a time stamp, and verifies each.

The certificate comes by the environment; without it nothing is signed.
  VIDEODOKTOR_CODE_CERTIFICATE   its chain as PEM, or a PKCS #12 file (.p12, .pfx), which has the key in it
  VIDEODOKTOR_CODE_KEY           the key as PEM, or one in a token: pkcs11:…, and VIDEODOKTOR_PKCS11_MODULE, the token's library
  VIDEODOKTOR_CODE_PASSWORD      of the key, the PKCS #12 file or the token
  VIDEODOKTOR_TIMESTAMP          address of a time stamp server (RFC 3161); without it a signature ends when the certificate does, so it is demanded
  VIDEODOKTOR_CODE_CA, VIDEODOKTOR_TIMESTAMP_CA   roots to verify by, where they are not among the system's
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SYSTEM = "/etc/ssl/certs/ca-certificates.crt"
NAME, PAGE = "VideoDoktor", "https://www.videodoktor.cz"  # shown by Windows when it asks whether a program may run


def said(name, default=""):
    return os.environ.get(f"VIDEODOKTOR_{name}", default)


def identity(folder):
    """The options that name certificate and key; the password goes by a file of our own, since everybody may read a command line."""
    certificate = said("CODE_CERTIFICATE")
    if certificate.endswith((".p12", ".pfx")):
        options = ["-pkcs12", certificate]
    elif said("CODE_KEY"):
        options = ["-certs", certificate, "-key", said("CODE_KEY")]
    else:
        sys.exit("authenticode: VIDEODOKTOR_CODE_KEY is missing")
    if said("PKCS11_MODULE"):
        options = ["-pkcs11module", said("PKCS11_MODULE"), *options]
    if said("CODE_PASSWORD"):
        password = Path(folder, "password")
        password.touch(0o600)
        password.write_text(said("CODE_PASSWORD"))
        options += ["-readpass", str(password)]
    return options


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"authenticode: osslsigncode {command[1]} failed: {done.stdout}{done.stderr}")


def sign(file):
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        signed = Path(folder, file.name)
        run("osslsigncode", "sign", *identity(folder), "-h", "sha256", "-n", NAME, "-i", PAGE, "-ts", said("TIMESTAMP"), "-in", str(file), "-out", str(signed))
        run("osslsigncode", "verify", "-CAfile", said("CODE_CA", SYSTEM), "-TSA-CAfile", said("TIMESTAMP_CA", SYSTEM), "-in", str(signed))
        signed.chmod(file.stat().st_mode)
        signed.replace(file)
    print(f"authenticode: signed {file.name}")


def main(files):
    if not said("CODE_CERTIFICATE"):
        print("authenticode: no VIDEODOKTOR_CODE_CERTIFICATE, so nothing is signed for Windows")
        return
    if not said("TIMESTAMP"):
        sys.exit("authenticode: VIDEODOKTOR_TIMESTAMP is missing: without a time stamp a signature ends when the certificate does")
    packages = Path(__file__).resolve().parents[1] / "packages.sh"
    subprocess.run(["sh", str(packages), "osslsigncode", "ca-certificates"], check=True)
    for file in files:
        sign(Path(file))


if __name__ == "__main__":
    main(sys.argv[1:])
