import type { AgentDiagnosis } from "../agent/diagnosis.ts";
import { AppError } from "../core/errors.ts";
import { isDashboardOn, readDashboardSettings } from "../panel/settings.ts";
import type { ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import {
  always,
  count,
  orOk,
  problem,
  warning,
  type Check,
  type DoctorContext,
  type Finding,
} from "./finding.ts";

/** Runs `work`; reports settings that the built-in agent cannot use: a warning if an external agent reads them. */
async function judgeSettings(
  agent: AgentDiagnosis,
  name: ProfileName,
  work: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const external = agent.isExternal();
    const fault = {
      message: external
        ? `the built-in agent could not run profile '${name}'; the installed agent may`
        : `gateway '${name}' cannot run with its settings`,
      cause: error.message,
      remedy: /\bline \d/.test(error.message)
        ? "correct that line"
        : "replace it with a file that hermes can read",
    };
    return [external ? warning(fault) : problem(fault)];
  }
}

const configs: Check = {
  id: "configuration",
  title: "Configuration",
  applies: always,
  run: async ({ host, root, agent }) => {
    const profiles = listProfiles(host, root);
    const judged = profiles.map((name) =>
      judgeSettings(agent, name, async () => {
        const { warnings } = await agent.readConfig(profileDirectory(root, name));
        if (agent.isExternal()) return [];
        return warnings.map((message) =>
          warning({
            message,
            cause: "the built-in agent does not know it, and ignores it",
            remedy: "correct the name, or remove the line",
          }),
        );
      }),
    );
    const souls = profiles.map((name) =>
      judgeSettings(agent, name, async () => {
        agent.checkSoul(profileDirectory(root, name));
        return [];
      }),
    );
    const findings = await Promise.all([...judged, ...souls]);
    return orOk(
      findings.flat(),
      `the config.yaml of ${count(profiles.length, "profile")} can be used`,
    );
  },
};

/** An address that a gateway or the dashboard listens on. */
interface Listener {
  readonly who: string;
  readonly host: string;
  readonly port: number;
}

async function readListeners({ host, root, agent }: DoctorContext): Promise<readonly Listener[]> {
  const gateways = await Promise.all(
    listProfiles(host, root).map(async (name): Promise<readonly Listener[]> => {
      try {
        const { gateway } = await agent.readConfig(profileDirectory(root, name));
        if (gateway.port === null) return [];
        return [{ who: `gateway '${name}'`, host: gateway.host, port: gateway.port }];
      } catch (error) {
        // The check of configurations reports it.
        if (error instanceof AppError) return [];
        throw error;
      }
    }),
  );
  if (!isDashboardOn(host.environment)) return gateways.flat();
  const dashboard = readDashboardSettings(host.environment);
  const own = dashboard.ok ? [{ who: "the dashboard", ...dashboard.settings }] : [];
  return [...own, ...gateways.flat()];
}

const EVERYWHERE: ReadonlySet<string> = new Set(["0.0.0.0", "::", "*"]);

function collide(first: Listener, second: Listener): boolean {
  if (first.port !== second.port) return false;
  return first.host === second.host || EVERYWHERE.has(first.host) || EVERYWHERE.has(second.host);
}

const ports: Check = {
  id: "ports",
  title: "Ports",
  applies: always,
  run: async (context) => {
    const listeners = await readListeners(context);
    const findings = listeners.flatMap((listener, index) => {
      const earlier = listeners.slice(0, index).find((one) => collide(one, listener));
      if (earlier === undefined) return [];
      return problem({
        message: `${earlier.who} and ${listener.who} cannot run at the same time`,
        cause: `both listen on port ${listener.port}`,
        remedy: `give ${listener.who} another gateway.port in its config.yaml`,
      });
    });
    return orOk(findings, `${count(listeners.length, "port")} configured, none twice`);
  },
};

const dashboard: Check = {
  id: "dashboard",
  title: "Dashboard",
  applies: ({ host }) => isDashboardOn(host.environment),
  run: async ({ host }) => {
    const result = readDashboardSettings(host.environment);
    if (result.ok) {
      const note = result.ignored === null ? "" : ` (${result.ignored})`;
      return orOk([], `on ${result.settings.host}:${result.settings.port}${note}`);
    }
    return problem({
      message: "the dashboard cannot start",
      cause: result.reason,
      remedy: "correct the variable and start the container again",
    });
  },
};

/** The checks of the configuration. */
export const CONFIGURATION_CHECKS: readonly Check[] = [configs, ports, dashboard];
