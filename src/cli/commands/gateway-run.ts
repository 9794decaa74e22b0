import { createMessages, warnAll } from "../messages.ts";
import { hasExternalAgent } from "../../agent/external.ts";
import { adoptNonShellVariables } from "../../boot/non-shell-variables.ts";
import { NO_SUPERVISE } from "../../core/command-line.ts";
import { AppError } from "../../core/errors.ts";
import { isSupervisedChild, shouldRedirect } from "../../core/supervision.ts";
import { recordLife } from "../../gateway/events.ts";
import { recordStartupFailure, runGateway } from "../../gateway/run.ts";
import { profileDirectory } from "../../profiles/paths.ts";
import { readDesiredState } from "../../gateway/record/state-store.ts";
import { isS6Here } from "../../services/detect.ts";
import { environmentOf, type App } from "../app.ts";
import { becomeAgent } from "../become-agent.ts";
import { rawCommand } from "../raw-command.ts";
import { command, type Command, type Example } from "../command.ts";

const ARGS = {
  replace: { type: "boolean", description: "Take over from a process that runs it already" },
  "no-supervise": { type: "boolean", description: "Run here, in the foreground, not under s6" },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes gateway run", "Let s6 run it, and stay as the container's command"],
  ["hermes gateway run --no-supervise", "Be the gateway, in the foreground"],
  ["hermes -p coder gateway run --replace", "Take over from the process that runs it now"],
];

const OPT_OUT = `${NO_SUPERVISE} or HERMES_GATEWAY_NO_SUPERVISE=1 runs it here instead`;

/** Asks s6 to start the gateway; what comes of it is the gateway's business, not the container's. */
async function startSupervised(app: App): Promise<void> {
  const { host, home, profile } = app;
  if (readDesiredState(host, profileDirectory(home.root, profile)) === "stopped") {
    host.output.note(
      `Gateway '${profile}' was stopped. \`gateway run\` starts it at each container start. To keep it stopped, use \`sleep infinity\` as the command`,
    );
  }
  try {
    const { warnings } = await (await app.gatewaysAfterBoot()).start(profile);
    host.output.note(`Gateway '${profile}' runs supervised by s6; ${OPT_OUT}`);
    warnAll(host, warnings);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "no-such-gateway") throw error;
    createMessages(host).error(
      `${error.message}; s6 supervises it and this container stays up; ${OPT_OUT}`,
    );
  }
}

/** Has s6 run the gateway and stays as `sleep infinity`, so that the container lives on. */
async function redirect(app: App): Promise<never> {
  await startSupervised(app);
  return app.host.processes.replaceProcess(["/usr/bin/sleep", "infinity"], environmentOf(app));
}

/** Returns true if an external agent gets the words of this command unchanged: it may have flags of its own. */
function isAgents({ host }: App): boolean {
  const words = host.self.argv.slice(1);
  if (words.includes("--help") || words.includes("-h")) return false;
  const noSupervise = words.includes(NO_SUPERVISE);
  const redirects = shouldRedirect(isS6Here(host), noSupervise, host.environment);
  return !redirects && hasExternalAgent(host);
}

/** `hermes gateway run`: is the gateway, or asks s6 to run it. */
export function gatewayRun(app: App): Command {
  if (isAgents(app)) return rawCommand(() => beGateway(app, false), EXAMPLES);
  return command(ARGS, EXAMPLES, (args) => {
    const { host } = app;
    const noSupervise = args["no-supervise"] === true;
    if (shouldRedirect(isS6Here(host), noSupervise, host.environment)) return redirect(app);
    return beGateway(app, args.replace ?? false);
  });
}

/** Is the gateway: becomes the agent that is installed, or is one itself. */
async function beGateway(app: App, replace: boolean): Promise<number> {
  const { host, home, profile } = app;
  const supervised = isSupervisedChild(host.environment);
  // The slot's script is a shell.
  if (supervised) adoptNonShellVariables(host);
  // Here, not in the slot's script: this is the moment after any backoff, in the gateway's own process.
  if (supervised) await recordLife(host, home.root, profile, "started", host.self.pid);
  try {
    becomeAgent(app, host.self.argv.slice(1));
    return await runGateway(host, {
      root: home.root,
      name: profile,
      replace,
      supervised,
      loadAgent: async () => {
        const { loadBuiltInAgent } = await import("../../agent/built-in.ts");
        return loadBuiltInAgent(host, profileDirectory(home.root, profile));
      },
      endRequested: host.self.waitForEndSignal(),
    });
  } catch (error) {
    if (error instanceof AppError) recordStartupFailure(host, home.root, profile, error);
    throw error;
  }
}
