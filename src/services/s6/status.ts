import * as v from "valibot";
import type { Host } from "../../host/host.ts";
import type { GatewayStatus } from "../manager.ts";
import { runS6, s6Failure } from "./programs.ts";
import { timeOfLabel } from "./tai.ts";

/** The fields asked of s6-svstat, which every s6 from 2.11 on knows; its prose differs by version. */
const FIELDS = "up,wantedup,ready,pid,exitcode,signal,updownfor,updownsince,readysince";

const flag = v.pipe(
  v.picklist(["true", "false"]),
  v.transform((word) => word === "true"),
);
const integer = v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number));
/** A TAI64N label: of fixed length, so that later ones sort after earlier ones. */
const label = v.pipe(v.string(), v.regex(/^@[0-9a-f]{24}$/));
const answerSchema = v.strictTuple([
  flag,
  flag,
  flag,
  integer,
  integer,
  v.string(),
  integer,
  label,
  label,
]);

/** Parses the answer of `s6-svstat -o`; null where it is not one. */
export function parseServiceStatus(text: string): GatewayStatus | null {
  const result = v.safeParse(answerSchema, text.trim().split(/\s+/));
  if (!result.success) return null;
  const [up, wantedUp, ready, pid, exitCode, signal, secondsInState, since, readySince] =
    result.output;
  // s6-supervise notes the end of `finish` as "ready" (to be started again), after it noted the death.
  const finished = !up && readySince >= since;
  const status = { up, wantedUp, ready: up && ready, finished, pid, secondsInState };
  return { ...status, since: timeOfLabel(since), exitCode, signal };
}

/** What s6 says of a service; null where nothing supervises it. Throws for every other failure. */
export async function readServiceStatus(
  host: Host,
  service: string,
  name: string,
): Promise<GatewayStatus | null> {
  const result = await runS6(host, "s6-svstat", ["-o", FIELDS, service]);
  if (result.exitCode === 1) return null;
  const status = result.exitCode === 0 ? parseServiceStatus(result.stdout) : null;
  if (status === null) throw s6Failure("s6-svstat", `on '${name}'`, result);
  return status;
}
