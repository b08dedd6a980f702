"""A squid with its logins, and a KDC, for tests of other folders: prints where they are (JSON, one line) and ends all when its input ends.

Takes PEERS_UNPACKED, the folder that unpack.sh prints."""

import json
import sys

import ntlm
from folder import Folder
from kerberos import REALM, USER, Kerberos
from processes import adopt_orphans, end_all
from proxies import Squid

adopt_orphans()
folder = Folder()
try:
    kerberos, samba = Kerberos(folder), ntlm.Ntlm(folder)
    squid = Squid(folder, kerberos, samba)
    told = {
        "log": str(squid.log),
        "ntlm": {"proxy": f"127.0.0.1:{squid.ntlm}", "tools": str(samba.tools_for_wine()), "domain": ntlm.DOMAIN, "user": ntlm.USER, "password": ntlm.PASSWORD},
        "kerberos": {
            "proxy": f"localhost:{squid.kerberos}", "user": f"{USER}@{REALM}", "libraries": str(squid.libraries),
            "environment": {"KRB5_CONFIG": str(kerberos.config), "KRB5CCNAME": f"FILE:{kerberos.tickets}"},
        },
    }
    print(json.dumps(told), flush=True)
    sys.stdin.read()
finally:
    end_all()
    folder.remove()
