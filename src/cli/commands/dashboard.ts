import { ExitCode } from "../../core/errors.ts";
import { serveDashboard } from "../../dashboard/serve.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { command } from "../command.ts";

/** `hermes dashboard`: serves the status until SIGTERM. */
export function dashboard(app: App): Command {
  return command({}, async () => {
    const { host, home } = app;
    await serveDashboard(host, {
      root: home.root,
      manager: await app.manager(),
      endRequested: host.self.waitForEndSignal(),
    });
    return ExitCode.done;
  });
}
