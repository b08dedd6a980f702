"""Where everything lies; run.sh says it in the environment."""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUT = os.environ["BENCH_OUT"]
PROGRAMS = os.path.join(OUT, "bin")
LIBRARY = os.environ["VIDEODOKTOR_LIBRARY"]
STAGE = os.environ["BENCH_STAGE"]
RUST_COMPETITOR = os.environ["BENCH_RUST"]
DOTNET = os.environ["BENCH_DOTNET"]


def program(name):
    return os.path.join(PROGRAMS, name)


def scratch(name):
    return os.path.join(OUT, name)
