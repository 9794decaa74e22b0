import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import type { Host } from "../../host/host.ts";
import { gatewayLogsDirectory } from "../../profiles/paths.ts";
import { ensureRuntimeDirectory } from "../../profiles/runtime-directory.ts";

/** Milliseconds for a logger to write what it holds and end: it waits 2 s for the end of a line. */
const LIMIT_MS = 3000;
const STEP_MS = 50;
const MAX_BYTES = 1_000_000;

const sightSchema = v.object({ pid: v.number(), read: v.number(), print: v.string() });
const sightsSchema = v.record(v.string(), sightSchema);

/** An observation of a logger: how much it had read, and the file that it writes. */
type Sight = v.InferOutput<typeof sightSchema>;

/**
 * Returns the number of bytes that a process of this user has read (proc(5), `/proc/<pid>/io`); null if it is not
 * known.
 */
function readCount(host: Host, pid: number): number | null {
  const text = host.files.readSystemFile(`/proc/${pid}/io`) ?? "";
  const count = /^rchar: (\d+)$/m.exec(text)?.[1];
  return count === undefined ? null : Number(count);
}

/** Observes each s6-log of a gateway now, by its directory. */
function look(host: Host, root: string): ReadonlyMap<string, Sight> {
  const listing = host.files.listDirectory("/proc");
  const names = listing.kind === "names" ? listing.names.filter((name) => /^\d+$/.test(name)) : [];
  return new Map(
    names.flatMap((name) => {
      const pid = Number(name);
      const argv = host.processes.readArguments(pid);
      const directory = argv.at(-1) ?? "";
      const isLogger = argv[0]?.endsWith("s6-log") === true && argv.includes("1");
      if (!isLogger || !directory.startsWith(`${gatewayLogsDirectory(root)}/`)) return [];
      const read = readCount(host, pid);
      const current = join(directory, "current");
      const print = `${host.files.readFileId(current)} ${host.files.readTargetStatus(current)?.size}`;
      return read === null ? [] : [[directory, { pid, read, print }] as const];
    }),
  );
}

async function end(host: Host, pid: number): Promise<void> {
  host.processes.sendSignal(pid, "SIGHUP");
  for (let waited = 0; waited < LIMIT_MS; waited += STEP_MS) {
    if (host.processes.readProcess(pid) === null) return;
    await host.clock.sleep(STEP_MS);
  }
  host.processes.sendSignal(pid, "SIGKILL");
}

/**
 * Ends each s6-log that has read lines since the last call and has written nothing on the volume, so that a relay takes
 * its place and says why; s6-log itself would say nothing until its memory is full. One that is well loses nothing by it.
 * For the user that the loggers run as.
 */
export async function endStuckLoggers(host: Host, root: string): Promise<void> {
  const path = join(ensureRuntimeDirectory(host), "loggers.json");
  const outcome = host.files.readTextFile(path, MAX_BYTES);
  const parsed = v.safeParse(sightsSchema, outcome.kind === "text" ? parseJson(outcome.text) : {});
  const before = parsed.success ? parsed.output : {};
  const now = look(host, root);
  host.files.writeFileAtomically(path, JSON.stringify(Object.fromEntries(now)), 0o600);
  const stuck = [...now].filter(([directory, { pid, read, print }]) => {
    const earlier = before[directory];
    return earlier?.pid === pid && earlier.print === print && read > earlier.read;
  });
  await Promise.all(stuck.map(([, { pid }]) => end(host, pid)));
}
