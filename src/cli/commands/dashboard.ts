import { serveDashboard } from "../../panel/serve.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";

const EXAMPLES: readonly Example[] = [
  ["hermes dashboard", "Serve the status as JSON until Ctrl-C"],
  ["HERMES_DASHBOARD_PORT=8080 hermes dashboard", "On another port"],
];

/** `hermes dashboard`: serves the status until SIGTERM. */
export function dashboard(app: App): Command {
  return command({}, EXAMPLES, async () => {
    const { host, home } = app;
    await serveDashboard(host, {
      root: home.root,
      manager: await app.manager(),
      endRequested: host.self.waitForEndSignal(),
    });
  });
}
