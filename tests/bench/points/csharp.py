"""10. A list read in C#, by the binding and by what .NET brings along."""

import os

import places
from figures import median, readable, us
from report import table
from rivals import Rival, Way

NUMBER, TITLE = 10, "A list in C#"
TURNS, WARM = 15, 20
SIZES = {21: 50, 3_200: 4}  # meetings: calls of a turn
NET8 = Way("net8", ".NET 8, System.Text.Json", [places.DOTNET, "exec", "--runtimeconfig", places.program("csharp.json"), places.program(os.path.join("net8", "inturns.exe"))])
MONO = Way("mono", "Mono, DataContractJsonSerializer", ["mono", places.program(os.path.join("mono", "inturns.exe"))])
WAYS = [NET8, MONO]
READERS = ("ours", "async", "theirs")


def measure(stage):
    found = {}
    for size, calls in SIZES.items():
        stage.grow_list_to(size)
        for way in WAYS:
            with Rival(way, stage.account(), VIDEODOKTOR_LIBRARY=places.LIBRARY) as rival:
                found.setdefault(way.key, {})[str(size)] = in_turns(rival, calls)
    return found


def in_turns(rival, calls):
    took = {reader: [] for reader in READERS}
    for reader in READERS:
        rival.obey(f"{reader} {WARM * calls}")  # until all is compiled as well as it will be: the framework comes so, the binding does not
    for _ in range(TURNS):
        for reader in READERS:
            before = rival.processor_time()
            rival.obey(f"{reader} {calls}")
            took[reader].append((rival.processor_time() - before) / calls)
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
