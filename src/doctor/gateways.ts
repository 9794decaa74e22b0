import { isOverdue } from "../status/gateway-state.ts";
import { renderSeconds } from "../status/durations.ts";
import { readFailedBoots } from "../status/failed-boots.ts";
import type { Gateways } from "../gateway/gateways.ts";
import type { GatewaySnapshot } from "../status/snapshot.ts";
import {
  count,
  orOk,
  problem,
  supervised,
  underS6,
  warning,
  type Check,
  type Repair,
} from "./finding.ts";
import { STATE_FILES } from "./state-files.ts";

const UNANSWERED = "nobody on its platforms gets an answer";

const logs = (name: string) => `\`hermes -p ${name} gateway logs\``;
const start = (name: string) => `\`hermes -p ${name} gateway start\``;
const restart = (name: string) => `\`hermes -p ${name} gateway restart\``;

/** The image's own services. */
const services: Check = {
  id: "services",
  title: "Services",
  applies: ({ snapshot }) => snapshot.services.length > 0,
  look: async ({ snapshot }) => {
    const wrong = snapshot.services.filter((service) => !service.ok);
    const well = snapshot.services
      .map(({ name, state, detail }) => `${name} ${state}${detail === null ? "" : ` (${detail})`}`)
      .join(", ");
    const findings = wrong.map(({ name, state, detail }) =>
      problem({
        message: `the service '${name}' is ${state}${detail === null ? "" : `: ${detail}`}`,
        cause:
          name === "registrar"
            ? "gateways of new profiles cannot be registered"
            : "what it is there for does not happen",
        remedy: `read the container's output; \`s6-svc -u /run/service/${name}\` as root starts it again`,
      }),
    );
    const silent = snapshot.services.filter(({ state, ok: fine }) => state === "unknown" && fine);
    const unknown = silent.map(({ name, detail }) =>
      warning({
        message: `the state of the service '${name}' is not known: ${detail}`,
        cause: "nobody but root sees whether it does its work",
        remedy: "add `--cap-add CHOWN` to docker run, or ask as root: `s6-svstat`",
      }),
    );
    return orOk([...findings, ...unknown], well);
  },
};

/** What a gateway is between a crash and being ready again. */
const RECOVERING: ReadonlySet<GatewaySnapshot["state"]> = new Set([
  "backoff",
  "restarting",
  "starting",
]);

/** Takes back what s6 has lost: by a start, or by the stop that is wanted. */
function takeBack(gateways: Gateways, { profile, desired }: GatewaySnapshot): Repair {
  return desired === "stopped"
    ? { action: `stopped gateway '${profile}'`, mend: async () => gateways.stop(profile) }
    : { action: `started gateway '${profile}' anew`, mend: async () => gateways.start(profile) };
}

function judgeGateway(gateway: GatewaySnapshot, gateways: Gateways) {
  const { profile, state, detail, drift, lastExit, secondsInState, recentCrashes } = gateway;
  const because = detail === null ? "" : `: ${detail}`;
  if (state === "unknown") {
    return [
      problem({
        message: `the state of gateway '${profile}' cannot be read${because}`,
        cause: "nobody knows whether it runs",
        remedy: "see whether the container was started as it should be (`docker logs`)",
      }),
    ];
  }
  if (state === "unsupervised") {
    return [
      problem({
        message: `gateway '${profile}' ${detail ?? ""}`,
        cause: "nothing starts it again when it ends, and nothing stops it with the container",
        remedy: "`hermes doctor --fix` has s6 take it back",
        repair: takeBack(gateways, gateway),
      }),
    ];
  }
  if (state === "parked") {
    return [
      problem({
        message: `gateway '${profile}' is kept down${because}`,
        cause: UNANSWERED,
        remedy: `read ${logs(profile)}, mend the cause, then ${start(profile)}`,
      }),
    ];
  }
  // What has no profile, or no slot, is the business of the check of slots.
  if (drift !== null && state !== "not-registered" && !drift.includes("profile is gone")) {
    const last = because === "" && lastExit !== null ? ` (it ${lastExit.reason})` : because;
    const stopped = gateway.desired === "stopped";
    return [
      problem({
        message: `gateway '${profile}' ${drift}${last}`,
        cause: stopped ? "it answers although an operator stopped it" : UNANSWERED,
        remedy: stopped
          ? `\`hermes -p ${profile} gateway stop\``
          : `read ${logs(profile)}, then ${start(profile)}`,
      }),
    ];
  }
  if (isOverdue(gateway)) {
    return [
      problem({
        message: `gateway '${profile}' has been starting for ${renderSeconds(secondsInState ?? 0)}, and is not ready${because}`,
        cause: UNANSWERED,
        remedy: `read ${logs(profile)}, mend the cause, then ${restart(profile)}`,
      }),
    ];
  }
  if (recentCrashes > 0 && RECOVERING.has(state)) {
    return [
      problem({
        message: `gateway '${profile}' crashes (${state})${because}`,
        cause: `${UNANSWERED}; after the eighth crash in ten minutes it is kept down`,
        remedy: `read ${logs(profile)}, mend the cause, then ${restart(profile)}`,
      }),
    ];
  }
  if (state === "backoff" || state === "restarting") {
    return [
      warning({
        message: `gateway '${profile}' is not ready (${state})${because}`,
        cause: "after the eighth crash in ten minutes it is kept down",
        remedy: `read ${logs(profile)}`,
      }),
    ];
  }
  if (state === "ready" && recentCrashes > 0) {
    return [
      warning({
        message: `gateway '${profile}' is ready, and crashed ${count(recentCrashes, "time")} in the last ten minutes${lastExit === null ? "" : `: ${lastExit.reason}`}`,
        cause:
          "what it was doing then is lost; after the eighth crash in ten minutes it is kept down",
        remedy: `read ${logs(profile)}`,
      }),
    ];
  }
  if (state === "ready" && detail !== null) {
    return [
      warning({
        message: `gateway '${profile}' is ready; ${detail}`,
        cause: "part of what it is to do does not work",
        remedy: `read ${logs(profile)}`,
      }),
    ];
  }
  return [];
}

/** What is wanted against what is; parked gateways among them. */
const states: Check = {
  id: "gateways",
  title: "Gateways",
  applies: supervised,
  look: async ({ snapshot, gateways }) => {
    const wanted = snapshot.gateways.filter((gateway) => gateway.desired === "running");
    return orOk(
      snapshot.gateways.flatMap((gateway) => judgeGateway(gateway, gateways)),
      `${wanted.length} of ${count(snapshot.gateways.length, "gateway")} are to run, and each is what is wanted`,
    );
  },
};

/** Boots in a row that found that a gateway had failed to start. */
const boots: Check = {
  id: "failed-boots",
  title: "Boots",
  applies: underS6,
  look: async ({ host, root, snapshot }) => {
    const known = new Set<string>(snapshot.gateways.map(({ profile }) => profile));
    const failed = [...readFailedBoots(host, root)].filter(([name]) => known.has(name));
    const findings = failed.map(([name, times]) => {
      const trouble = {
        message: `${times} boot${times === 1 ? "" : "s in a row"} found that gateway '${name}' had failed to start`,
        cause: "what is broken outlives a restart of the container",
        remedy: `read ${logs(name)} and \`hermes gateway logs --boot\``,
      };
      return times === 1 ? warning(trouble) : problem(trouble);
    });
    return orOk(findings, "the last boot found no gateway that had failed to start");
  },
};

/** About gateways: whether they are what they should be. */
export const GATEWAY_CHECKS: readonly Check[] = [services, states, STATE_FILES, boots];
