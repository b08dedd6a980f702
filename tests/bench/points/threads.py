"""4. Calls a second by 32 threads."""

from competitors import CURL, OURS, Competitor
from figures import median, readable, us
from report import table

NUMBER, TITLE = 4, "32 threads"
THREADS, CALLS, TURNS = 32, 12_800, 5
WAYS = {"one client": (OURS, "one"), "32 clients": (OURS, "own"), "libcurl, 32 handles": (CURL, "own")}


def measure(stage):
    found = {name: {"per_second": [], "own": [], "service": []} for name in WAYS}
    for _ in range(TURNS):
        for name, (way, how) in WAYS.items():
            with Competitor(way, stage.account()) as competitor:
                competitor.obey("list 2")
                before, before_of_service = competitor.processor_time(), stage.processor_time()
                took = competitor.nanoseconds(f"threads {THREADS} {CALLS} {how}")[0]
                found[name]["per_second"].append(CALLS / (took / 1e9))
                found[name]["own"].append((competitor.processor_time() - before) / CALLS)
                found[name]["service"].append((stage.processor_time() - before_of_service) / CALLS)
    return found


def lines(found):
    rows = [[name, readable(median(one["per_second"])), readable(us(median(one["own"]))), readable(us(median(one["service"])))] for name, one in found.items()]
    yield from table(["32 threads, lists of 20 meetings", "calls a second", "processor time of a call, µs", "of the service for it, µs"], rows)
    yield ""
    busy = median([one * rate / 1e9 for one, rate in zip(found["libcurl, 32 handles"]["service"], found["libcurl, 32 handles"]["per_second"])])
    yield f"The service is one thread, {busy:.0%} of a processor busy under libcurl's load, and shares the machine's processors with the callers. Connections are made beforehand, which counts as processor time alone."


def goals(found):
    one, many, theirs = (median(found[name]["per_second"]) for name in WAYS)
    yield "32 threads on one client, × 32 clients' calls a second", "≥ 0.95", f"{one / many:.2f}", one >= 0.95 * many
    yield "32 threads on one client, × libcurl's with 32 handles", "≥ 1.0", f"{one / theirs:.2f}", one >= theirs
