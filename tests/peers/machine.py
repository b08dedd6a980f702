"""What of the machine must be the same before and after: what listens, what starts with the machine, what is installed.

    python3 machine.py BEFORE.json       writes it
"""

import json
import pathlib
import subprocess
import sys

DAEMONS = ("apache2", "nginx", "php-fpm", "squid", "tinyproxy", "danted", "haproxy", "privoxy", "winbind")
LISTENING = "0A"


def enabled():
    """The links by which systemd and System V start something."""
    places = list(pathlib.Path("/etc/systemd/system").glob("*.wants/*")) + list(pathlib.Path("/etc/systemd/system").glob("*.requires/*"))
    places += pathlib.Path("/etc").glob("rc?.d/*")
    places += [path for folder in ("/etc/init.d", "/lib/systemd/system", "/etc/cron.d") for path in pathlib.Path(folder).glob("*")]
    return sorted(map(str, places))


def installed():
    told = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"], capture_output=True, text=True, check=False).stdout
    return sorted(line.split()[0] for line in told.splitlines() if line.endswith(" installed") and line.startswith(DAEMONS))


def users():
    return sorted(line.split(":")[0] for line in pathlib.Path("/etc/passwd").read_text().splitlines())


def listening_daemons():
    """Ports on which a program with a daemon's name listens: other programs on this machine come and go."""
    ports = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if pathlib.Path(table).exists():
            for line in pathlib.Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == LISTENING:
                    ports[columns[9]] = int(columns[1].rpartition(":")[2], 16)
    found = set()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            program = (process / "exe").readlink().name
            sockets = [str(link.readlink()) for link in (process / "fd").iterdir()] if program.startswith(DAEMONS) else []
        except OSError:
            continue
        found |= {ports[inode] for inode in (text[8:-1] for text in sockets if text.startswith("socket:[")) if inode in ports}
    return sorted(found)


def snapshot():
    return {"enabled": enabled(), "installed": installed(), "users": users(), "listening": listening_daemons()}


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_text(json.dumps(snapshot()))
