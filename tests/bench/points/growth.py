"""8. How cost grows: with calls of a process, meetings of a list, clients."""

from competitors import OURS, Competitor
from figures import exponent, median, readable, us
from report import table

NUMBER, TITLE = 8, "Growth"
CALLS = (10, 100, 1_000, 10_000)
LISTS = (10, 100, 1_000, 5_000, 20_000)
CLIENTS = (1, 10, 100, 1_000)
LISTED_TIMES = 5
MOST = 1.1  # an exponent: linear, and the error of measuring it


def measure(stage):
    return {"calls": cost_of_growing(stage, "list", CALLS), "clients": cost_of_growing(stage, "clients", CLIENTS), "meetings": meetings(stage)}


def cost_of_growing(stage, act, counts):
    """What so many of an act have cost together, of one process that goes on from count to count."""
    points, done = [], 0
    with Competitor(OURS, stage.account(practice=1)) as competitor:
        competitor.obey("list 20")
        began, before = competitor.processor_time(), competitor.memory()
        for count in counts:
            competitor.obey(f"{act} {count - done}")
            done = count
            points.append((count, competitor.processor_time() - began, competitor.memory() - before))
    return points


def meetings(stage):
    """Each with the smallest list's cost taken off: that is the call's, not the list's."""
    points = []
    with Competitor(OURS, stage.account()) as competitor:
        for count in LISTS:
            stage.grow_list_to(count)
            competitor.obey("fetch 2")
            took = []
            for _ in range(LISTED_TIMES):
                before = competitor.processor_time()
                competitor.obey("fetch 1")
                took.append(competitor.processor_time() - before)
            points.append((count, median(took), competitor.memory()))
    return points


def costs(found, what):
    return [(count, cost) for count, cost, _ in found[what]]


def growing(found, what):
    """Where the growing part outweighs what every call costs."""
    points = costs(found, what)
    return exponent(points[-3:] if what == "meetings" else points)


def lines(found):
    for what in ("calls", "meetings", "clients"):
        head = [f"{what}", *(f"{count:,}" for count, _, _ in found[what]), "exponent"]
        row = ["processor time, µs", *(readable(us(cost)) for _, cost, _ in found[what]), f"{growing(found, what):.2f}"]
        memory = ["memory, kB", *(f"{size / 1e3:,.0f}" for _, _, size in found[what]), ""]
        yield from table(head, [row, memory])
        yield ""


def goals(found):
    for what in ("calls", "meetings", "clients"):
        power = growing(found, what)
        yield f"cost grows with the number of {what} to the power", f"≤ {MOST}", f"{power:.2f}", power <= MOST
