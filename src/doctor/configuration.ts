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

/** What keeps a profile's gateway from running; less than that where another agent reads the files. */
function describeUnusable(error: unknown, name: ProfileName, external: boolean): Finding {
  if (!(error instanceof AppError)) throw error;
  const trouble = {
    message: error.message,
    cause: external
      ? "the built-in agent could not use it; the installed one may"
      : `gateway '${name}' cannot run with it`,
    remedy: /\bline \d/.test(error.message)
      ? "correct that line"
      : "put a file there that can be read",
  };
  return external ? warning(trouble) : problem(trouble);
}

async function judgeConfig(
  agent: AgentDiagnosis,
  root: string,
  name: ProfileName,
): Promise<readonly Finding[]> {
  const external = agent.isExternal();
  try {
    const { warnings } = await agent.readConfig(profileDirectory(root, name));
    if (external) return [];
    return warnings.map((message) =>
      warning({ message, cause: "it is not used", remedy: "correct the name, or remove the line" }),
    );
  } catch (error) {
    return [describeUnusable(error, name, external)];
  }
}

function judgeSoul(agent: AgentDiagnosis, root: string, name: ProfileName): readonly Finding[] {
  try {
    agent.checkSoul(profileDirectory(root, name));
    return [];
  } catch (error) {
    return [describeUnusable(error, name, agent.isExternal())];
  }
}

const configs: Check = {
  id: "configuration",
  title: "Configuration",
  applies: always,
  look: async ({ host, root, agent }) => {
    const profiles = listProfiles(host, root);
    const findings = await Promise.all(profiles.map((name) => judgeConfig(agent, root, name)));
    const souls = profiles.flatMap((name) => judgeSoul(agent, root, name));
    return orOk(
      [...findings.flat(), ...souls],
      `the config.yaml of ${count(profiles.length, "profile")} can be used`,
    );
  },
};

/** An address that somebody wants. */
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
        // The check of configurations says it.
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
  look: async (context) => {
    const listeners = await readListeners(context);
    const findings = listeners.flatMap((listener, index) => {
      const earlier = listeners.slice(0, index).find((one) => collide(one, listener));
      if (earlier === undefined) return [];
      return [
        problem({
          message: `${earlier.who} and ${listener.who} both want port ${listener.port}`,
          cause: "the second one of them to start cannot listen",
          remedy: `give ${listener.who} another gateway.port in its config.yaml`,
        }),
      ];
    });
    return orOk(findings, `${count(listeners.length, "port")} wanted, none twice`);
  },
};

const dashboard: Check = {
  id: "dashboard",
  title: "Dashboard",
  applies: ({ host }) => isDashboardOn(host.environment),
  look: async ({ host }) => {
    const result = readDashboardSettings(host.environment);
    if (result.ok) {
      const note = result.ignored === null ? "" : ` (${result.ignored})`;
      return orOk([], `on ${result.settings.host}:${result.settings.port}${note}`);
    }
    return [
      problem({
        message: result.reason,
        cause: "the dashboard cannot be served",
        remedy: "correct the variable and start the container again",
      }),
    ];
  },
};

/** About what people configure. */
export const CONFIGURATION_CHECKS: readonly Check[] = [configs, ports, dashboard];
