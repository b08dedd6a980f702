"""The programs in Pascal that run on Linux and on Windows."""

PROGRAMS = ["Vectors", "Replies", "Calls"]
# how a program ends, or takes its log event away, while calls are under way: each in a process of its own, which must not hang
ENDINGS = ["log-is-taken-away", "ends-in-log-event", "ends-in-calls"]
ENDS_WITHIN = 60  # seconds


def run_ending(place, scene):
    place.platform.run(place.compiled("Ending"), {"VD_SCENE": scene}, place.sandbox, leaks=True, time_limit=ENDS_WITHIN)


def plugin_host(place):
    plugins = place.folder / "plugins"
    plugins.mkdir(exist_ok=True)
    place.compiled("Plugin").replace(plugins / "Plugin.dll")
    place.platform.run(place.compiled("PluginHost"), sandbox=place.sandbox, time_limit=ENDS_WITHIN)
