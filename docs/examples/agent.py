#!/usr/bin/env python3
"""The smallest agent: `HERMES_AGENT=/path/to/agent.py`. See docs/agent-contract.md."""
import argparse, json, os, signal, sys

parser = argparse.ArgumentParser()
parser.add_argument("-p", "--profile", default="default")
parser.add_argument("words", nargs="*")
args, _ = parser.parse_known_intermixed_args()
if args.words[:2] != ["gateway", "run"]:
    sys.exit(print(f"Hello from {sys.argv[0]}, profile {args.profile}"))

profile = os.environ["HERMES_HOME"]
if args.profile != "default":
    profile = os.path.join(profile, "profiles", args.profile)
if not os.path.isdir(profile):
    sys.exit(print(f"no such profile: {args.profile}", file=sys.stderr) or 78)
path = os.path.join(profile, "gateway_state.json")

def say(state):
    try:
        with open(path) as file:
            known = json.load(file)
    except (OSError, ValueError):
        known = {}
    with open("/proc/self/stat") as stat:
        start_time = int(stat.read().rpartition(")")[2].split()[19])
    known.update(gateway_state=state, pid=os.getpid(), start_time=start_time, kind="hermes-gateway")
    with open(f"{path}.{os.getpid()}", "w") as file:
        json.dump(known, file)
    os.replace(file.name, path)

say("starting")
signal.signal(signal.SIGTERM, lambda *_: (say("draining"), sys.exit(0)))
say("running")
while True:
    signal.pause()
