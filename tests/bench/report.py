"""What was measured, as a Markdown text with the goals first."""

import os
import platform
import time

import competitors
from figures import median, ms, us


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    load = os.getloadavg()[0]
    return f"{time.strftime('%-d %B %Y, %H:%M')}; {len(models)} processors, {models[0] if models else platform.machine()}; Linux {platform.release()}; load at the start {load:.1f}"


def for_readme(results):
    """The table of docs/measurements.md: one row a way, and what the goals came to."""
    warm, first, processor = (results[number]["found"] for number in (1, 2, 3))
    yield f"Measured {results[1]['machine']}."
    yield ""
    rows = []
    for way in competitors.ALL:
        calls = [ms(median(warm["took"][act][way.key]["30"])) for act in ("list", "add")]
        counted = processor["instructions"]["add"].get(way.key)
        rows.append([
            way.name,
            *(f"{call:.0f} ms, {call / 60:.2f}" for call in calls),
            f"{ms(median(first['took'][way.key]['30'])):.0f} ms",
            *(f"{us(median(processor['took'][act][way.key])):,.0f} µs" for act in ("list", "add")),
            f"{counted / 1e3:,.0f}" if counted else "",
        ])
    yield from table(["30 ms each way", "`meet_list`, round trips", "`meet_add`, round trips", "first call of a process", "processor: `meet_list`", "processor: `meet_add`",
        "thousand instructions: `meet_add`"], rows)


def text(points, results):
    yield "# Speed"
    yield ""
    judged = []
    for point in points:
        found = results.get(point.NUMBER)
        if found:
            judged += [[point.NUMBER, *words[:3], "yes" if words[3] else "**no**"] for words in point.goals(found["found"])]
    yield from table(["", "what", "goal", "measured", "met"], judged)
    for point in points:
        found = results.get(point.NUMBER)
        if found:
            yield ""
            yield f"## {point.NUMBER}. {point.TITLE}"
            yield ""
            yield f"Measured {found['machine']}."
            yield ""
            yield from point.lines(found["found"])
