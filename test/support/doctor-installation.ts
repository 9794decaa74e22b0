import { createAgentDiagnosis } from "../../src/agent/diagnosis.ts";
import { createGateways } from "../../src/gateway/gateways.ts";
import type { Check, Finding } from "../../src/doctor/finding.ts";
import { createS6Manager } from "../../src/services/s6/manager.ts";
import { takeSnapshot } from "../../src/status/snapshot.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "./fake-host.ts";
import { installS6, type FakeService } from "./fake-s6.ts";

/** The directories of a profile. */
export const DIRECTORIES = ["cron", "logs", "memories", "sessions", "skills", "workspace"];
/** The root of the installation. */
export const ROOT = "/vol";
const PATH = "/usr/bin:/run/hermes-alias";
/** A service that is up and ready. */
export const READY: Partial<FakeService> = { up: true, wantedUp: true, ready: true, pid: 5 };

/** Makes a container without faults: the profiles `default` and `coder`, of which the second runs. */
export function makeInstallation(options: FakeHostOptions = {}) {
  const host = new FakeHost({
    users: [HERMES],
    ...options,
    environment: { PATH, ...options.environment },
  });
  const { disk } = host;
  disk.creator = { uid: HERMES.uid, gid: HERMES.gid };
  const s6 = installS6(host);
  for (const directory of [ROOT, `${ROOT}/profiles/coder`]) {
    for (const name of DIRECTORIES) disk.putDirectory(`${directory}/${name}`);
    disk.putFile(`${directory}/SOUL.md`, "");
  }
  disk.putDirectory(`${ROOT}/logs/gateways/coder`);
  disk.putFile(`${ROOT}/logs/gateways/coder/current`, "");
  disk.putFile(`${ROOT}/profiles/coder/gateway_state.json`, '{"desired_state": "running"}');
  disk.putFile("/usr/local/bin/hermes", "", { mode: 0o755 });
  disk.putLink("/run/hermes-alias/coder", "/usr/local/bin/hermes");
  disk.putDirectory("/run/hermes");
  disk.putFile("/run/s6/container_environment/S6_KILL_FINISH_MAXTIME", "8000\n");
  disk.putFile("/run/s6/container_environment/S6_KILL_GRACETIME", "300\n");
  const slot = (name: string, service: Partial<FakeService>) => {
    disk.putDirectory(`/run/service/gateway-${name}/log`);
    if (service.up === true) s6.supervise(`/run/service/gateway-${name}/log`, READY);
    return s6.supervise(`/run/service/gateway-${name}`, service);
  };
  slot("default", {});
  const coder = slot("coder", READY);
  disk.putFile("/run/service/dashboard/disabled", "");
  s6.supervise("/run/service/dashboard");
  return {
    host,
    disk,
    s6,
    slot,
    coder,
    agent: createAgentDiagnosis(host),
    gateways: createGateways(host, ROOT, createS6Manager(host)),
  };
}

export type Installation = ReturnType<typeof makeInstallation>;

/** A fault of an installation, and the finding that a check reports for it. */
export interface FaultCase {
  readonly title: string;
  readonly check: string;
  readonly cause: (installation: Installation) => void;
  readonly finding: {
    readonly severity: "problem" | "warning";
    readonly message: string;
    readonly cause: string;
    readonly remedy: string;
  };
}

/** Runs one of `checks` on an installation; no findings if it does not apply. */
export async function runCheck(
  checks: readonly Check[],
  id: string,
  { host, agent, gateways }: Pick<Installation, "host" | "agent" | "gateways">,
): Promise<readonly Finding[]> {
  const check = checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`There is no check '${id}'`);
  const { manager } = gateways;
  const snapshot = await takeSnapshot(host, ROOT, manager);
  const context = { host, root: ROOT, agent, gateways, manager, snapshot, keepsGateways: true };
  return check.applies(context) ? [await check.run(context)].flat() : [];
}

/** Runs a check on an installation with a fault. */
export async function runOnFault(
  checks: readonly Check[],
  { check, cause }: Pick<FaultCase, "check" | "cause">,
): Promise<readonly Finding[]> {
  const installation = makeInstallation();
  cause(installation);
  return runCheck(checks, check, installation);
}

/** Runs the repairs of a check's findings, and returns their actions. */
export async function runRepairs(
  checks: readonly Check[],
  id: string,
  installation: Installation,
): Promise<readonly string[]> {
  const actions: string[] = [];
  for (const finding of await runCheck(checks, id, installation)) {
    if (finding.severity === "ok" || finding.repair === null) continue;
    await finding.repair.run();
    actions.push(finding.repair.action);
  }
  return actions;
}
