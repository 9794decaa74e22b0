import { createMessages } from "../messages.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import { shouldRedirect } from "../../gateway/redirect.ts";
import { runGateway } from "../../gateway/run.ts";
import { isS6Here } from "../../services/detect.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { command } from "../command.ts";
import { environmentOf } from "./environment.ts";
import { warnAll } from "./warn.ts";

const ARGS = {
  replace: { type: "boolean", description: "Take over from a process that runs it already" },
  "no-supervise": { type: "boolean", description: "Run here, in the foreground, not under s6" },
} as const;

/** Asks s6 to start the gateway; what comes of it is the gateway's business, not the container's. */
async function startSupervised(app: App): Promise<void> {
  try {
    const { warnings } = await (await app.manager()).start(app.profile);
    createMessages(app.host).log(
      `Gateway '${app.profile}' runs supervised by s6; to run it here instead: --no-supervise or HERMES_GATEWAY_NO_SUPERVISE=1`,
    );
    warnAll(app, warnings);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "no-such-gateway") throw error;
    createMessages(app.host).error(
      `${error.message}; s6 supervises it, and this container stays up`,
    );
  }
}

/** Has s6 run the gateway and stays as `sleep infinity`, so that the container lives on. */
async function redirect(app: App): Promise<never> {
  await startSupervised(app);
  return app.host.processes.replaceProcess(["/usr/bin/sleep", "infinity"], environmentOf(app));
}

/** `hermes gateway run`: is the gateway, or asks s6 to run it. */
export function gatewayRun(app: App): Command {
  return {
    args: ARGS,
    run: async (rawArgs) => {
      // citty reads `--no-supervise` as "supervise: false", so this one flag is looked up by hand.
      const noSupervise = rawArgs.includes("--no-supervise");
      const parsed = command({ replace: ARGS.replace }, ({ replace }) =>
        run(app, replace, noSupervise),
      );
      return parsed.run(rawArgs.filter((arg) => arg !== "--no-supervise"));
    },
  };
}

async function run(app: App, replace: boolean | undefined, noSupervise: boolean): Promise<number> {
  const { host, home, profile } = app;
  if (shouldRedirect(isS6Here(host), noSupervise, host.environment)) return redirect(app);
  await runGateway(host, {
    root: home.root,
    name: profile,
    replace: replace ?? false,
    endRequested: host.self.waitForEndSignal(),
  });
  return ExitCode.done;
}
