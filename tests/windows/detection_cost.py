"""What automatic detection costs the first call of a process where there is nothing to detect; detection_cost.sh runs it in namespaces of its own."""

import statistics
import sys

from detection import NameServer, make_network
from platforms import HERE, platforms, start_sandbox, workplace

TIMES = 21


def main(name):
    platform = platforms()[name]
    platform.make_prefix()
    platform.end()  # Wine's server opens the sockets: the next one is of this network
    make_network()
    sandbox = start_sandbox()
    try:
        program = platform.compile_c("detection_cost", workplace(platform, sandbox), [HERE / "detection_cost.c"])
        for what, NameServer.wpad in (("no host named wpad", "unknown"), ("a name server that does not answer", "silent")):
            took = {"on": [], "off": []}
            for turn in range(TIMES + 1):
                for way in sorted(took, reverse=turn % 2):
                    took[way].append(int(platform.run(program, {"VD_DETECTION": way}, sandbox).split()[0]) / 1000)
            on, off = (statistics.quantiles(took[way][1:], n=4) for way in ("on", "off"))  # the first starts Wine
            told = ", ".join(f"{way} {median:.1f} ms ({low:.1f} to {high:.1f})" for way, (low, median, high) in (("on", on), ("off", off)))
            print(f"{name}, {what}: {told}; ratio {on[1] / off[1]:.2f}", flush=True)
    finally:
        platform.end()
        sandbox.stop()


if __name__ == "__main__":
    main(sys.argv[1])
