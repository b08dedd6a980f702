"""Samba's ntlm_auth, without a domain: it checks one user's login for squid, and logs in for Wine, which has no NTLM of its own."""

import os
import shutil
import subprocess

DOMAIN, USER, PASSWORD = "ORDINACE", "zubar", "heslo-ntlm"


class Ntlm:
    def __init__(self, folder):
        self.place = folder.make("ntlm")
        program = folder.unpacked / "usr/bin/ntlm_auth"
        unpacked_libraries = folder.libraries()
        unpacked_libraries["LD_LIBRARY_PATH"] += "".join(f":{path}" for path in folder.unpacked.glob("usr/lib/*-linux-gnu*/samba"))
        # copies: squid's own user may not be allowed into the cache folder of the one who runs the tests
        self.libraries = self.place / "libraries"
        self.libraries.mkdir()
        needed = subprocess.run(["ldd", program], env=unpacked_libraries, check=True, capture_output=True, text=True).stdout
        for path in (line.split(" => ")[1].split(" (")[0] for line in needed.splitlines() if " => " in line):
            if path.startswith(str(folder.unpacked)):
                shutil.copy(path, self.libraries)
        self.program = shutil.copy(program, self.place)
        os.chmod(self.program, 0o755)
        self.config = folder.write("smb.conf", self.place / "smb.conf", folder=self.place, domain=DOMAIN)
        self.login = f"--username={USER} --domain={DOMAIN} --password={PASSWORD}"
        # squid's environment leads its Kerberos helper to other libraries
        self.start = f"LD_LIBRARY_PATH={self.libraries} exec {self.program} --configfile={self.config}"
        self.helper = self.script("helper", f"{self.start} --helper-protocol=squid-2.5-ntlmssp {self.login}")
        for path in self.place.rglob("*"):
            folder.give(path)

    def script(self, name, text):
        path = self.place / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    def tools_for_wine(self):
        """A folder with an ntlm_auth as Wine looks for one on PATH: USER is logged on, which Wine means by --use-cached-creds."""
        tools = self.place / "tools"
        tools.mkdir()
        take_out = 'for argument; do shift; case $argument in --use-cached-creds) is_logged_on=yes ;; *) set -- "$@" "$argument" ;; esac; done'
        self.script("tools/ntlm_auth", f'{take_out}\n[ -z "${{is_logged_on-}}" ] || set -- "$@" {self.login}\n{self.start} "$@"')
        return tools
