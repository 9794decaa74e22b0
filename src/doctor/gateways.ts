import { isOverdue } from "../status/condition.ts";
import { renderSeconds } from "../status/durations.ts";
import { readFailedBoots } from "../status/failed-boots.ts";
import type { ServiceManager } from "../services/manager.ts";
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
      .map(({ name, is, detail }) => `${name} ${is}${detail === null ? "" : ` (${detail})`}`)
      .join(", ");
    const findings = wrong.map(({ name, is, detail }) =>
      problem({
        what: `the service '${name}' is ${is}${detail === null ? "" : `: ${detail}`}`,
        why:
          name === "registrar"
            ? "gateways of new profiles cannot be registered"
            : "what it is there for does not happen",
        todo: `read the container's output; \`s6-svc -u /run/service/${name}\` as root starts it again`,
      }),
    );
    const silent = snapshot.services.filter(({ is, ok: fine }) => is === "unknown" && fine);
    const unknown = silent.map(({ name, detail }) =>
      warning({
        what: `the state of the service '${name}' is not known: ${detail}`,
        why: "nobody but root sees whether it does its work",
        todo: "add `--cap-add CHOWN` to docker run, or ask as root: `s6-svstat`",
      }),
    );
    return orOk([...findings, ...unknown], well);
  },
};

/** What a gateway is between a crash and being ready again. */
const RECOVERING: ReadonlySet<GatewaySnapshot["is"]> = new Set([
  "waiting",
  "restarting",
  "starting",
]);

/** Takes back what s6 has lost: by a start, or by the stop that is wanted. */
function takeBack(manager: ServiceManager, { profile, wanted }: GatewaySnapshot): Repair {
  return wanted === "stopped"
    ? { done: `stopped gateway '${profile}'`, mend: async () => manager.stop(profile) }
    : { done: `started gateway '${profile}' anew`, mend: async () => manager.start(profile) };
}

function judgeGateway(gateway: GatewaySnapshot, manager: ServiceManager) {
  const { profile, is, detail, drift, lastExit, secondsInState, crashes } = gateway;
  const because = detail === null ? "" : `: ${detail}`;
  if (is === "unknown") {
    return [
      problem({
        what: `the state of gateway '${profile}' cannot be read${because}`,
        why: "nobody knows whether it runs",
        todo: "see whether the container was started as it should be (`docker logs`)",
      }),
    ];
  }
  if (is === "unsupervised") {
    return [
      problem({
        what: `gateway '${profile}' ${detail ?? ""}`,
        why: "nothing starts it again when it ends, and nothing stops it with the container",
        todo: "`hermes doctor --fix` has s6 take it back",
        repair: takeBack(manager, gateway),
      }),
    ];
  }
  if (is === "parked") {
    return [
      problem({
        what: `gateway '${profile}' is kept down${because}`,
        why: UNANSWERED,
        todo: `read ${logs(profile)}, mend the cause, then ${start(profile)}`,
      }),
    ];
  }
  // What has no profile, or no slot, is the business of the check of slots.
  if (drift !== null && is !== "not-registered" && !drift.includes("profile is gone")) {
    const last = because === "" && lastExit !== null ? ` (it ${lastExit.reason})` : because;
    const stopped = gateway.wanted === "stopped";
    return [
      problem({
        what: `gateway '${profile}' ${drift}${last}`,
        why: stopped ? "it answers although an operator stopped it" : UNANSWERED,
        todo: stopped
          ? `\`hermes -p ${profile} gateway stop\``
          : `read ${logs(profile)}, then ${start(profile)}`,
      }),
    ];
  }
  if (isOverdue(gateway)) {
    return [
      problem({
        what: `gateway '${profile}' has been starting for ${renderSeconds(secondsInState ?? 0)}, and is not ready${because}`,
        why: UNANSWERED,
        todo: `read ${logs(profile)}, mend the cause, then ${restart(profile)}`,
      }),
    ];
  }
  if (crashes > 0 && RECOVERING.has(is)) {
    return [
      problem({
        what: `gateway '${profile}' crashes: it is ${is}${because}`,
        why: `${UNANSWERED}; after the eighth crash in ten minutes it is kept down`,
        todo: `read ${logs(profile)}, mend the cause, then ${restart(profile)}`,
      }),
    ];
  }
  if (is === "waiting" || is === "restarting") {
    return [
      warning({
        what: `gateway '${profile}' is ${is}${because}`,
        why: "after the eighth crash in ten minutes it is kept down",
        todo: `read ${logs(profile)}`,
      }),
    ];
  }
  if (is === "ready" && crashes > 0) {
    return [
      warning({
        what: `gateway '${profile}' is ready, and crashed ${count(crashes, "time")} in the last ten minutes${lastExit === null ? "" : `: ${lastExit.reason}`}`,
        why: "what it was doing then is lost; after the eighth crash in ten minutes it is kept down",
        todo: `read ${logs(profile)}`,
      }),
    ];
  }
  if (is === "ready" && detail !== null) {
    return [
      warning({
        what: `gateway '${profile}' is ready; ${detail}`,
        why: "part of what it is to do does not work",
        todo: `read ${logs(profile)}`,
      }),
    ];
  }
  return [];
}

/** What is wanted against what is; parked gateways among them. */
const gateways: Check = {
  id: "gateways",
  title: "Gateways",
  applies: supervised,
  look: async ({ snapshot, manager }) => {
    const wanted = snapshot.gateways.filter((gateway) => gateway.wanted === "running");
    return orOk(
      snapshot.gateways.flatMap((gateway) => judgeGateway(gateway, manager)),
      `${wanted.length} of ${count(snapshot.gateways.length, "gateway")} are to run, and each is what is wanted`,
    );
  },
};

/** Boots in a row that found that a gateway had failed to start. */
const boots: Check = {
  id: "boots",
  title: "Boots",
  applies: underS6,
  look: async ({ host, root, snapshot }) => {
    const known = new Set<string>(snapshot.gateways.map(({ profile }) => profile));
    const failed = [...readFailedBoots(host, root)].filter(([name]) => known.has(name));
    const findings = failed.map(([name, times]) => {
      const trouble = {
        what: `${times} boot${times === 1 ? "" : "s in a row"} found that gateway '${name}' had failed to start`,
        why: "what is broken outlives a restart of the container",
        todo: `read ${logs(name)} and \`hermes gateway logs --boot\``,
      };
      return times === 1 ? warning(trouble) : problem(trouble);
    });
    return orOk(findings, "the last boot found no gateway that had failed to start");
  },
};

/** About gateways: whether they are what they should be. */
export const GATEWAY_CHECKS: readonly Check[] = [services, gateways, STATE_FILES, boots];
