import { renderSeconds } from "../status/durations.ts";
import { readFailedBoots } from "../boot/boot-log.ts";
import { CRASH_LIMIT } from "../gateway/exit-policy.ts";
import { CRASH_WINDOW_MS } from "../gateway/record/exit-record.ts";
import type { Gateways } from "../gateway/gateways.ts";
import type { GatewaySnapshot } from "../status/snapshot.ts";
import {
  count,
  orOk,
  problem,
  supervised,
  underS6,
  warning,
  UNKNOWN_CAUSE,
  type Check,
  type Finding,
  type Repair,
} from "./finding.ts";
import { STATE_FILES } from "./state-files.ts";

/** The crash limit, as the end of a message. */
const PARKED_AT = `it is parked after ${CRASH_LIMIT} crashes in ${CRASH_WINDOW_MS / 60_000} minutes`;

const logs = (name: string) => `\`hermes -p ${name} gateway logs\``;
const start = (name: string) => `\`hermes -p ${name} gateway start\``;
const restart = (name: string) => `\`hermes -p ${name} gateway restart\``;

/** The image's own services. */
const services: Check = {
  id: "services",
  title: "Services",
  applies: ({ snapshot }) => snapshot.services.length > 0,
  run: async ({ snapshot }) => {
    const faulty = snapshot.services.filter((service) => !service.ok);
    const summary = snapshot.services
      .map(({ name, state, detail }) => `${name} ${state}${detail === null ? "" : ` (${detail})`}`)
      .join(", ");
    const findings = faulty.map(({ name, state, detail }) =>
      problem({
        message: `the service '${name}' is ${state}${name === "registrar" ? ": gateways of new profiles cannot be registered" : ""}`,
        cause: detail ?? UNKNOWN_CAUSE,
        remedy: `read the container's output; \`s6-svc -u /run/service/${name}\` as root starts it again`,
      }),
    );
    const unknown = snapshot.services.filter(
      (service) => service.state === "unknown" && service.ok,
    );
    const unreadable = unknown.map(({ name, detail }) =>
      warning({
        message: `the state of the service '${name}' cannot be read`,
        cause: detail ?? UNKNOWN_CAUSE,
        remedy: "add `--cap-add CHOWN` to docker run, or run `s6-svstat` as root",
      }),
    );
    return orOk([...findings, ...unreadable], summary);
  },
};

/** Returns the repair of an unsupervised gateway: a start, or a stop if that is its desired state. */
function repairUnsupervised(gateways: Gateways, { profile, desired }: GatewaySnapshot): Repair {
  return desired === "stopped"
    ? { action: `stopped gateway '${profile}'`, run: async () => gateways.stop(profile) }
    : { action: `started gateway '${profile}' again`, run: async () => gateways.start(profile) };
}

/** Judges one gateway; null if it is in order. */
export function judgeGateway(gateway: GatewaySnapshot, gateways: Gateways): Finding | null {
  const { profile, state, detail, drift, lastExit, secondsInState, recentCrashes } = gateway;
  const lastReason = lastExit === null ? null : `it ${lastExit.reason}`;
  const cause = detail ?? lastReason ?? UNKNOWN_CAUSE;
  if (state === "unknown") {
    return problem({
      message: `the state of gateway '${profile}' cannot be read`,
      cause: detail ?? UNKNOWN_CAUSE,
      remedy: "read the container's output (`docker logs`) for errors of the boot",
    });
  }
  if (state === "unsupervised") {
    return problem({
      message: `gateway '${profile}' runs without a supervisor: it is not restarted after an exit`,
      cause: "its s6-supervise was killed",
      remedy: "`hermes doctor --fix` starts it again under s6",
      repair: repairUnsupervised(gateways, gateway),
    });
  }
  if (state === "parked") {
    return problem({
      message: `gateway '${profile}' is parked: it does not run until \`gateway start\` or a restart of the container`,
      cause,
      remedy: `read ${logs(profile)}, remove the cause, then run ${start(profile)}`,
    });
  }
  // The check of slots reports a missing profile or slot.
  if (drift !== null && state !== "not-registered" && !drift.includes("profile is gone")) {
    const stopped = gateway.desired === "stopped";
    return problem({
      message: `gateway '${profile}' ${drift}`,
      cause: stopped ? "it was started without hermes, for example with s6-svc" : cause,
      remedy: stopped
        ? `run \`hermes -p ${profile} gateway stop\``
        : `read ${logs(profile)}, then run ${start(profile)}`,
    });
  }
  if (gateway.isOverdue) {
    return problem({
      message: `gateway '${profile}' has been starting for ${renderSeconds(secondsInState ?? 0)} and is not ready`,
      cause: detail ?? "it has not reported that it runs",
      remedy: `read ${logs(profile)}, remove the cause, then run ${restart(profile)}`,
    });
  }
  const isBetween = state === "backoff" || state === "restarting";
  if (recentCrashes > 0 && (isBetween || state === "starting")) {
    return problem({
      message: `gateway '${profile}' crashes (${state}); ${PARKED_AT}`,
      cause,
      remedy: `read ${logs(profile)}, remove the cause, then run ${restart(profile)}`,
    });
  }
  if (isBetween) {
    return warning({
      message: `gateway '${profile}' is not ready (${state})`,
      cause,
      remedy: `read ${logs(profile)}`,
    });
  }
  if (state === "ready" && recentCrashes > 0) {
    return warning({
      message: `gateway '${profile}' is ready, but crashed ${count(recentCrashes, "time")} in the last ten minutes; ${PARKED_AT}`,
      cause: lastReason ?? UNKNOWN_CAUSE,
      remedy: `read ${logs(profile)}`,
    });
  }
  if (state === "ready" && detail !== null) {
    return warning({
      message: `gateway '${profile}' is ready, but degraded`,
      cause: detail,
      remedy: `read ${logs(profile)}`,
    });
  }
  return null;
}

/** Compares the state of each gateway with its desired state. */
const states: Check = {
  id: "gateways",
  title: "Gateways",
  applies: supervised,
  run: async ({ snapshot, gateways }) => {
    const desired = snapshot.gateways.filter((gateway) => gateway.desired === "running");
    return orOk(
      snapshot.gateways.map((gateway) => judgeGateway(gateway, gateways)),
      `${desired.length} of ${count(snapshot.gateways.length, "gateway")} should run, and all are in their desired state`,
    );
  },
};

/** Counts the boots in a row that found that a gateway had failed to start. */
const failedBoots: Check = {
  id: "failed-boots",
  title: "Failed boots",
  applies: underS6,
  run: async ({ host, root, snapshot }) => {
    const known = new Set<string>(snapshot.gateways.map(({ profile }) => profile));
    const failed = [...readFailedBoots(host, root)].filter(([name]) => known.has(name));
    const findings = failed.map(([name, times]) => {
      const fault = {
        message: `${times} boot${times === 1 ? "" : "s in a row"} found that gateway '${name}' had failed to start`,
        cause: "its start fails for a reason that outlives a restart of the container",
        remedy: `read ${logs(name)} and \`hermes gateway logs --boot\``,
      };
      return times === 1 ? warning(fault) : problem(fault);
    });
    return orOk(findings, "the last boot found no gateway that had failed to start");
  },
};

/** The checks of services and gateways. */
export const GATEWAY_CHECKS: readonly Check[] = [services, states, STATE_FILES, failedBoots];
