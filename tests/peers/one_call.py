"""Calls the library once in a process of its own, as a user whom the environment names. Argument: JSON of url, keys, options and calls; prints the answers."""

import json
import sys

from library import Client

task = json.loads(sys.argv[1])
with Client(task["url"], task["app_key"], task["api_key"], **task["options"]) as client:
    answers = [getattr(client, call)(*arguments) for call, *arguments in task["calls"]]
print(json.dumps([{"status": answer.status, "value": answer.value, "took": answer.took} for answer in answers]))
