"""A Python host that ends while its log callback is set: the interpreter aborts if a thread of the library's own then calls back.

    sh tests/with_sandbox.sh python3 tests/c/log_host.py LIBRARY     runs the host many times; ends with "N passed, N failed"

Each host is a process of its own, as its end is what is tried.
"""

import ctypes
import json
import os
import subprocess
import sys

TIMES = 20
# what the host does before it ends, and the options of its client
WAYS = {
    "frees its client": ("free", {}),
    "leaves its client": ("leave", {}),
    # more tokens than one are fetched by a thread of the library's own
    "frees its client while tokens are fetched": ("free", {"prefetch_tokens": 8}),
    "leaves its client while tokens are fetched": ("leave", {"prefetch_tokens": 8}),
}


def host(library, ends, options):
    vd = ctypes.CDLL(library)
    vd.vd_client_new.argtypes = [ctypes.c_char_p] * 4 + [ctypes.c_void_p] * 2
    vd.vd_meet_list.argtypes = [ctypes.c_void_p] * 2
    vd.vd_client_free.argtypes = [ctypes.c_void_p]
    messages = []
    on_log = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_char_p, ctypes.c_void_p)(lambda level, message, data: messages.append(message))
    vd.vd_set_log(on_log, None, 4)
    client = ctypes.c_void_p()
    setting = os.environ
    keys = [setting[name].encode() for name in ("SANDBOX_HTTPS", "VIDEODOKTOR_APP_KEY", "VIDEODOKTOR_API_KEY")]
    options = {"ca_file": setting["SANDBOX_CA_FILE"], "proxy": "none", **json.loads(options)}
    assert vd.vd_client_new(*keys, json.dumps(options).encode(), ctypes.byref(client), None) == 0
    assert vd.vd_meet_list(client, None) == 0
    assert messages
    if ends == "free":
        assert vd.vd_client_free(client) == 0


def main(library):
    failed = 0
    for title, (ends, options) in WAYS.items():
        broken = 0
        for _ in range(TIMES):
            ended = subprocess.run([sys.executable, __file__, library, ends, json.dumps(options)], capture_output=True, text=True, timeout=60)
            broken += ended.returncode != 0
            if ended.returncode != 0 and broken == 1:
                print(f"exit status {ended.returncode}: {ended.stderr[-1500:]}")
        print(f"{'not ok' if broken else 'ok'} - a Python host that {title} and leaves its log callback set ends well: {TIMES - broken} of {TIMES} times")
        failed += broken > 0
    print(f"{len(WAYS) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if len(sys.argv) == 2:
    main(sys.argv[1])
else:
    host(*sys.argv[1:])
