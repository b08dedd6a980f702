"""The benchmarks: bench.py [POINT ...]. run.sh builds what they need.

What a point found is kept in target/bench/results, so that points can be measured one at a time.
"""

import json
import os
import sys
import time

import competitors
import paths
import plot
import report
from figures import median, ms, us
from points import after_pauses, bindings, boundary, first_call, growth, large_list, processor, size, threads, warm_calls
from stage import DELAYS, Stage

POINTS = [warm_calls, first_call, processor, threads, large_list, size, boundary, growth, after_pauses, bindings]


def main():
    wanted = {int(word) for word in sys.argv[1:]} or {point.NUMBER for point in POINTS}
    for point in POINTS:
        if point.NUMBER in wanted:
            began, machine = time.monotonic(), report.machine()
            with Stage() as stage:  # a new one for each, so that none inherits another's meetings
                found = point.measure(stage)
            save(point.NUMBER, {"machine": machine, "found": found})
            print(f"{point.NUMBER}. {point.TITLE}: {time.monotonic() - began:.0f} s", flush=True)
    results = {point.NUMBER: load(point.NUMBER) for point in POINTS if os.path.exists(path_of(point.NUMBER))}
    write("table.md", report.text(POINTS, results))
    if len(results) == len(POINTS):
        write("readme.md", report.for_readme(results))
    write("plot.svg", plot.svg(panels({number: result["found"] for number, result in results.items()})))


def path_of(number):
    return paths.scratch(os.path.join("results", f"{number}.json"))


def save(number, result):
    os.makedirs(os.path.dirname(path_of(number)), exist_ok=True)
    with open(path_of(number), "w", encoding="utf-8") as file:
        json.dump(result, file)


def load(number):
    with open(path_of(number), encoding="utf-8") as file:
        return json.load(file)


def write(name, lines):
    with open(paths.scratch(name), "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    print(paths.scratch(name))


def panels(found):
    def over_delays(by_way, scale=1):
        return {way.name: [(delay, ms(median(by_way[way.key][str(delay)])) * scale) for delay in DELAYS] for way in competitors.ALL}

    drawn = []
    if warm_calls.NUMBER in found:
        drawn.append(plot.Panel("Warm meet_list", "delay each way, ms", "ms", over_delays(found[warm_calls.NUMBER]["took"]["list"])))
    if first_call.NUMBER in found:
        drawn.append(plot.Panel("First call of a process", "delay each way, ms", "ms", over_delays(found[first_call.NUMBER]["took"])))
    if growth.NUMBER in found:
        grown = found[growth.NUMBER]
        lines = {f"{what}: n^{growth.growing(grown, what):.2f}": [(count, us(cost)) for count, cost, _ in grown[what]] for what in ("calls", "meetings", "clients")}
        drawn.append(plot.Panel("Processor time grows with", "number", "µs", lines, logarithmic=True))
        lines = {what: [(count, max(size, 1e3) / 1e3) for count, _, size in grown[what]] for what in ("calls", "meetings", "clients")}
        drawn.append(plot.Panel("Memory grows with", "number", "kB", lines, logarithmic=True))
    return drawn


main()
