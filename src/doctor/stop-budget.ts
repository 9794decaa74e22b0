import { join } from "node:path";
import { CONTAINER_ENVIRONMENT } from "../boot/container-environment.ts";
import { SHUTDOWN_BUDGET_MS } from "../boot/shutdown.ts";
import type { Host } from "../host/host.ts";
import { ok, orOk, problem, type Check } from "./finding.ts";

/** After SIGTERM an engine gives a container this long (`docker stop`). */
const ENGINE_LIMIT_MS = 10_000;
/** What starting and ending the script that waits takes besides. */
const AROUND_MS = 500;

/** A setting of the init in milliseconds: the container's, else the init's own default. */
function readSetting(host: Host, name: string, initial: number): number {
  const text = host.files.readSystemFile(join(CONTAINER_ENVIRONMENT, name))?.trim() ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : initial;
}

/** Whether what the init allows fits between what gateways need and what the engine gives. */
export const STOP_BUDGET: Check = {
  id: "stop-budget",
  title: "Time to stop",
  applies: ({ host, manager }) =>
    manager.kind === "s6" && host.files.isDirectory(CONTAINER_ENVIRONMENT),
  look: async ({ host }) => {
    const finish = readSetting(host, "S6_KILL_FINISH_MAXTIME", 5000);
    const grace = readSetting(host, "S6_KILL_GRACETIME", 3000);
    const needed = SHUTDOWN_BUDGET_MS + AROUND_MS;
    const whole = Math.min(finish, needed) + grace;
    const findings = [];
    if (finish < needed) {
      findings.push(
        problem({
          message: `S6_KILL_FINISH_MAXTIME=${finish} cuts gateways off: they may take ${SHUTDOWN_BUDGET_MS} ms to end`,
          cause: "what they are doing when the container stops is lost",
          remedy: `leave it out, or set it to ${needed} at least`,
        }),
      );
    }
    if (whole > ENGINE_LIMIT_MS) {
      findings.push(
        problem({
          message: `S6_KILL_GRACETIME=${grace} makes a stop take up to ${whole} ms`,
          cause: `the engine kills everything ${ENGINE_LIMIT_MS} ms after \`docker stop\``,
          remedy: `leave it out, or set it to ${ENGINE_LIMIT_MS - Math.min(finish, needed)} at most; or stop with a longer time (\`docker stop -t\`)`,
        }),
      );
    }
    if (findings.length > 0) return orOk(findings, "");
    return [ok(`a stop takes at most ${whole} of the engine's ${ENGINE_LIMIT_MS} ms`)];
  },
};
