"""10. A list read in C#, by the binding and by what .NET brings along."""

import os

import paths
from competitors import Competitor, Way
from figures import median, readable, us
from report import table

NUMBER, TITLE = 10, "A list in C#"
TURNS, WARM = 15, 20
SIZES = {21: 50, 3_200: 4}  # meetings: calls of a turn
NET8 = Way("net8", ".NET 8, System.Text.Json", [paths.DOTNET, "exec", "--runtimeconfig", paths.program("csharp.json"), paths.program(os.path.join("net8", "inturns.exe"))])
MONO = Way("mono", "Mono, DataContractJsonSerializer", ["mono", paths.program(os.path.join("mono", "inturns.exe"))])
WAYS = [NET8, MONO]
READERS = ("ours", "async", "theirs")


def measure(stage):
    found = {}
    for size, calls in SIZES.items():
        stage.grow_list_to(size)
        for way in WAYS:
            with Competitor(way, stage.account(), VIDEODOKTOR_LIBRARY=paths.LIBRARY) as competitor:
                found.setdefault(way.key, {})[str(size)] = in_turns(competitor, calls)
    return found


def in_turns(competitor, calls):
    took = {reader: [] for reader in READERS}
    for reader in READERS:
        competitor.obey(f"{reader} {WARM * calls}")  # until all is compiled as well as it will be: the framework comes so, the binding does not
    for _ in range(TURNS):
        for reader in READERS:
            before = competitor.processor_time()
            competitor.obey(f"{reader} {calls}")
            took[reader].append((competitor.processor_time() - before) / calls)
    return took


def ratio(found, way, size, reader):
    """The median of each turn's own: a load that comes and goes meets the readers of a turn alike."""
    took = found[way.key][str(size)]
    return median([ours / theirs for ours, theirs in zip(took[reader], took["theirs"])])


def lines(found):
    rows = []
    for way in WAYS:
        for size, took in found[way.key].items():
            rows.append([way.name, f"{int(size):,}", *(readable(us(median(took[reader]))) for reader in READERS),
                *(f"{ratio(found, way, size, reader):.2f}" for reader in READERS[:2])])
    yield from table(["processor time of a list, µs", "meetings", "ListMeetings", "ListMeetingsAsync", "HttpClient", "ListMeetings, ×", "ListMeetingsAsync, ×"], rows)
    yield ""
    yield "In turns in one process; the ratio is the median of the turns'."


def goals(found):
    for way in WAYS:
        for size in SIZES:
            for reader in READERS[:2]:
                times = ratio(found, way, size, reader)
                yield f"processor time of a list of {size:,} in C# ({way.name}, {reader}), × HttpClient's", "≤ 1.0", f"{times:.2f}", times <= 1
