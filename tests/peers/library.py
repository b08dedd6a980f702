"""The built library through its C ABI, and what its header says."""

import ctypes
import json
import os
import pathlib
import re
import time

HEADER = (pathlib.Path(__file__).resolve().parents[2] / "include/videodoktor.h").read_text(encoding="utf-8")
EXPORTS = set(re.findall(r"^VD_API .*VD_CALL \**(vd_\w+)\(", HEADER, re.M))
# Those that reach the service: they take a client and fill a JSON text, or return at once and go on in the background.
CALLS = set(re.findall(r"^VD_API vd_status VD_CALL (vd_\w+)\(vd_client \*client", HEADER, re.M)) - {"vd_client_free", "vd_client_interrupt", "vd_client_prepare"}
STATUS = {name: int(number) for name, number in re.findall(r"^#define (VD_(?:OK|ERR_\w+|X\d{3}_\w+)) (\d+)", HEADER, re.M)}

OK = STATUS["VD_OK"]
OUTCOME_UNKNOWN = STATUS["VD_ERR_OUTCOME_UNKNOWN"]

_library = ctypes.CDLL(os.environ["VIDEODOKTOR_LIBRARY"])
_library.vd_status_name.restype = ctypes.c_char_p


class Answer:
    """Status and JSON of one call, and the seconds that it took."""

    def __init__(self, status, value, took):
        self.status, self.value, self.took = status, value, took
        self.name = _library.vd_status_name(status).decode()

    @property
    def error(self):
        return self.value.get("error", {}) if isinstance(self.value, dict) else {}

    @property
    def is_reconciled(self):
        return self.status == OK and self.value.get("reconciled") is True

    def __str__(self):
        return f"{self.name} after {self.took:.1f} s: {json.dumps(self.value, ensure_ascii=False)[:400]}"


def answer_of(told):
    """An Answer that another process has told."""
    return Answer(told["status"], told["value"], told["took"])


def _call(export, *arguments, out=True):
    text = ctypes.c_void_p()
    began = time.monotonic()
    status = getattr(_library, export)(*arguments, *([ctypes.byref(text)] if out else []))
    took = time.monotonic() - began
    try:
        value = json.loads(ctypes.string_at(text.value)) if text.value else None
    finally:
        _library.vd_string_free(text)
    return Answer(status, value, took)


def _text(value):
    return None if value is None else str(value).encode()


class Client:
    """A vd_client *; freed at the end of a with block."""

    def __init__(self, url, app_key, api_key, **options):
        self.handle = ctypes.c_void_p()
        options = json.dumps({"proxy": "none", "lang": "en", **options})
        text = ctypes.c_void_p()
        status = _library.vd_client_new(_text(url), _text(app_key), _text(api_key), _text(options), ctypes.byref(self.handle), ctypes.byref(text))
        said = ctypes.string_at(text.value).decode() if text.value else ""
        _library.vd_string_free(text)
        if status != OK:
            raise ValueError(f"vd_client_new: {said}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _library.vd_client_free(self.handle)

    def interrupt(self):
        return _library.vd_client_interrupt(self.handle)

    def __getattr__(self, name):
        """client.meet_add(…) calls vd_meet_add with the handle, the given texts and a place for the JSON."""
        export = f"vd_{name}"
        if export not in CALLS:
            raise AttributeError(name)
        return lambda *arguments: _call(export, self.handle, *map(_text, arguments), out=export != "vd_client_prepare")


def json_get(value, pointer):
    text = ctypes.c_void_p()
    status = _library.vd_json_get(json.dumps(value).encode(), pointer.encode(), ctypes.byref(text))
    got = ctypes.string_at(text.value).decode() if text.value else None
    _library.vd_string_free(text)
    return status, got
