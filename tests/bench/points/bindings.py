"""10. A list read in C# and in Delphi, by the binding and by what the language brings along."""

import os

import paths
from competitors import Competitor, Way
from figures import median, readable, us
from report import table

NUMBER, TITLE = 10, "A list in C# and Delphi"
TURNS, WARM = 15, 20
SIZES = {21: 50, 3_200: 4}  # meetings: calls of a turn
NET8 = Way("net8", ".NET 8, System.Text.Json", [paths.DOTNET, "exec", "--runtimeconfig", paths.program("csharp.json"), paths.program(os.path.join("net8", "inturns.exe"))])
MONO = Way("mono", "Mono, DataContractJsonSerializer", ["mono", paths.program(os.path.join("mono", "inturns.exe"))])
PASCAL = Way("pascal", "Free Pascal, TFPHTTPClient, fpjson", [paths.program("pascal")])
READERS = {NET8: ("ours", "async", "theirs"), MONO: ("ours", "async", "theirs"), PASCAL: ("ours", "theirs")}


def measure(stage):
    found = {}
    for size, calls in SIZES.items():
        stage.grow_list_to(size)
        for way in READERS:
            with Competitor(way, stage.account(), VIDEODOKTOR_LIBRARY=paths.LIBRARY) as competitor:
                found.setdefault(way.key, {})[str(size)] = in_turns(competitor, READERS[way], calls)
    return found


def in_turns(competitor, readers, calls):
    took = {reader: [] for reader in readers}
    for reader in readers:
        competitor.obey(f"{reader} {WARM * calls}")  # until all is compiled as well as it will be: the framework comes so, the binding does not
    for _ in range(TURNS):
        for reader in readers:
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
    for way in READERS:
        for size, took in found[way.key].items():
            times = {reader: f"{ratio(found, way, size, reader):.2f}" for reader in READERS[way][:-1]}
            rows.append([way.name, f"{int(size):,}", *(readable(us(median(took[reader]))) if reader in took else "" for reader in ("ours", "async", "theirs")),
                times["ours"], times.get("async", "")])
    yield from table(["processor time of a list, µs", "meetings", "ListMeetings", "ListMeetingsAsync", "the language's own", "ListMeetings, ×", "ListMeetingsAsync, ×"], rows)
    yield ""
    yield "In turns in one process; the ratio is the median of the turns'."


def goals(found):
    for way in READERS:
        for size in SIZES:
            for reader in READERS[way][:-1]:
                times = ratio(found, way, size, reader)
                yield f"processor time of a list of {size:,} ({way.name}, {reader}), × the language's own", "≤ 1.0", f"{times:.2f}", times <= 1
