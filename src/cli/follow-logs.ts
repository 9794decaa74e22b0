import type { Host } from "../host/host.ts";
import { createFollower, type Follower } from "../logs/follower.ts";
import { mergeLogs } from "../logs/merge-logs.ts";
import type { LineView } from "../logs/render-line.ts";
import type { LogSource } from "../logs/log-source.ts";
import { createMessages } from "./messages.ts";
import { showLines } from "./show-lines.ts";
import { watchEnd } from "./watch-end.ts";

/** Milliseconds between two looks: soon enough for a person, and next to nothing for the machine. */
const LOOK_EVERY_MS = 200;
/** Looks after which logs that are new are looked for. */
const LOOKS_PER_LISTING = 10;

/**
 * Shows new lines of logs until a signal or until the reader of the output is gone; returns 128 and the number of the
 * signal. Logs that `list` names later are followed from their beginning, and added to `followers`, which the caller
 * closes.
 */
export async function followLogs(
  host: Host,
  list: () => readonly LogSource[],
  followers: Map<string, Follower>,
  view: LineView,
): Promise<number> {
  const end = await watchEnd(host);
  for (let looks = 1; ; looks += 1) {
    const news = [...followers.values()].map((follower) => follower.readNew());
    showLines(host, mergeLogs(news), view);
    for (const [name, follower] of followers) {
      if (!follower.takeLost()) continue;
      createMessages(host).warn(`lines of '${name}' went away before they could be read`);
    }
    await host.clock.sleep(LOOK_EVERY_MS);
    const code = end();
    if (code !== null) return code;
    if (looks % LOOKS_PER_LISTING !== 0) continue;
    for (const source of list().filter(({ name }) => !followers.has(name))) {
      followers.set(source.name, createFollower(host, source, null));
    }
  }
}
