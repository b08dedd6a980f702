"""The examples in include/videodoktor.h, as one C program that calls the sandbox."""

import re
import subprocess
import tempfile
from pathlib import Path

from pages import ROOT

HEADER = (ROOT / "include/videodoktor.h").read_text("utf-8")

PROGRAM = """
#include <stdio.h>
#include <stdlib.h>
#include "videodoktor.h"

static void VD_CALL on_log(int32_t level, const char *message, void *user_data)
{
    (void)user_data;
    printf("%d %s\\n", (int)level, message);
}

static vd_client *client_of_the_sandbox(void)
{
    vd_client *client = NULL;
    vd_client_new(getenv("VIDEODOKTOR_URL"), getenv("VIDEODOKTOR_APP_KEY"), getenv("VIDEODOKTOR_API_KEY"), getenv("VIDEODOKTOR_OPTIONS"), &client, NULL);
    return client;
}

int main(void)
{
    vd_status status;
    vd_client *client;
    char *json, *text;
    int32_t count, year;
    const char *meet_id = "abc";
    vd_set_log(on_log, NULL, VD_LOG_ERROR);
@EXAMPLES@
    (void)text; (void)count; (void)year; (void)meet_id; (void)on_log;
    return 0;
}
"""

ONE = """
    status = VD_OK; client = client_of_the_sandbox(); json = text = NULL; count = year = 0;
{before}
{code}
{after}
    printf("\\n=> {name} %s\\n", vd_status_name(status));
    vd_client_free(client);
"""

# what reads or frees JSON has some, as its host would
HAS_JSON = ("vd_json_get", "vd_json_length", "vd_string_free")
JSON = '    vd_check_invitation("Jana Nováková", NULL, "777123456", "1980", "23.11.2090 10:00", &json);'


def functions(header):
    """The comment of each function that is declared; "" where there is none."""
    declared = re.findall(r"^VD_API\b[^;]*?\b(vd_\w+)\(", header, re.M)
    commented = dict((name, comment) for comment, name in re.findall(r"/\*\n((?:(?!\*/).)*?)\n \*/\nVD_API\b[^;]*?\b(vd_\w+)\(", header, re.S))
    return {name: commented.get(name, "") for name in declared}


def example(comment):
    """The C code under "Example:"; "" if there is none."""
    found = re.search(r"^ Example:\n\n((?:     .*\n?|\n)+)", comment, re.M)
    return found.group(1).rstrip() if found else ""


def lacking(header):
    """The functions without an example that calls them."""
    return [name for name, comment in functions(header).items() if f"{name}(" not in example(comment)]


def program(header):
    """All examples, one after the other, each with a client of its own."""
    parts = []
    for name, comment in functions(header).items():
        code = example(comment)
        has_json = name in HAS_JSON
        frees = "    vd_string_free(json);" if has_json and "vd_string_free(json)" not in code else ""
        parts.append(ONE.format(name=name, code=code, before=JSON if has_json else "", after=frees))
    return PROGRAM.replace("@EXAMPLES@", "".join(parts))


def run(library, header=HEADER):
    """The status with which each example ended; an error of the compiler, the sanitizer or the program is raised with its words."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "examples.c"), Path(folder, "examples")
        source.write_text(program(header), "utf-8")
        compiler = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsanitize=address", "-g", f"-I{ROOT / 'include'}"]
        done([*compiler, source, library, f"-Wl,-rpath,{library.parent}", "-o", made], folder)
        said = done(["sh", ROOT / "tests/with_sandbox.sh", made], folder)
    return dict(re.findall(r"^=> (vd_\w+) (VD_\w+)$", said, re.M))


def done(command, folder):
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if result.returncode != 0:
        raise AssertionError(result.stdout + result.stderr)
    return result.stdout
