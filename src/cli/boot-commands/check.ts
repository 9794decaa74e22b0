import { ExitCode } from "../../core/errors.ts";
import { isGatewayReady, waitBeforeAsking } from "../../gateway/readiness.ts";
import { recordLife } from "../../gateway/events.ts";
import { SUPERVISED_PID } from "../../core/service-processes.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import { PROFILE_NAME } from "../arguments.ts";
import { bootCommand, type Command } from "../command.ts";

/** `hermes-boot check NAME`, called by s6-notifyoncheck in the slot's environment. */
export function check(app: App): Command {
  return bootCommand({ name: PROFILE_NAME }, async (args) => {
    const { host, home } = app;
    const name = requireProfileName(args.name);
    const pid = Number(host.environment[SUPERVISED_PID]);
    if (!(pid > 1)) return ExitCode.failed;
    await waitBeforeAsking(host, pid);
    if (!(await isGatewayReady(host, home.root, name, pid))) return ExitCode.failed;
    await recordLife(host, home.root, name, "ready", pid);
    return ExitCode.done;
  });
}
