import { join } from "node:path";
import { CONTAINER_ENVIRONMENT } from "../core/image.ts";
import { SHUTDOWN_BUDGET_MS } from "../boot/shutdown.ts";
import type { Host } from "../host/host.ts";
import { orOk, problem, type Check } from "./finding.ts";

/** Milliseconds between SIGTERM and SIGKILL of an engine (`docker stop`). */
const ENGINE_LIMIT_MS = 10_000;
/** Milliseconds to start and end the script that waits. */
const AROUND_MS = 500;

/** Reads a setting of the init in milliseconds; `initial` is its default. */
function readSetting(host: Host, name: string, initial: number): number {
  const text = host.files.readSystemFile(join(CONTAINER_ENVIRONMENT, name))?.trim() ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : initial;
}

/** Checks that the time limits of the init fit between what gateways need and what the engine allows. */
export const STOP_BUDGET: Check = {
  id: "stop-budget",
  title: "Time to stop",
  applies: ({ host, manager }) =>
    manager.kind === "s6" && host.files.isDirectory(CONTAINER_ENVIRONMENT),
  run: async ({ host }) => {
    const finish = readSetting(host, "S6_KILL_FINISH_MAXTIME", 5000);
    const grace = readSetting(host, "S6_KILL_GRACETIME", 3000);
    const needed = SHUTDOWN_BUDGET_MS + AROUND_MS;
    const whole = Math.min(finish, needed) + grace;
    const early = problem({
      message: `gateways are killed ${finish} ms after \`docker stop\`, but may need ${SHUTDOWN_BUDGET_MS} ms`,
      cause: `S6_KILL_FINISH_MAXTIME=${finish}`,
      remedy: `remove S6_KILL_FINISH_MAXTIME, or set it to at least ${needed}`,
    });
    const late = problem({
      message: `a stop may take ${whole} ms, but the engine kills everything after ${ENGINE_LIMIT_MS} ms`,
      cause: `S6_KILL_GRACETIME=${grace}`,
      remedy: `remove S6_KILL_GRACETIME, or set it to at most ${ENGINE_LIMIT_MS - Math.min(finish, needed)}, or stop with \`docker stop -t\` and a longer time`,
    });
    const findings = [finish < needed ? early : null, whole > ENGINE_LIMIT_MS ? late : null];
    return orOk(findings, `a stop takes at most ${whole} of the engine's ${ENGINE_LIMIT_MS} ms`);
  },
};
