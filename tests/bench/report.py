"""What was measured, as a Markdown text with the goals first."""

import os
import platform
import time


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
