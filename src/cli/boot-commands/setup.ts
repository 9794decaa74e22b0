import { describeIgnoredIds } from "../../boot/identity.ts";
import { setUpContainer } from "../../boot/setup.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

/** `hermes-boot setup`: stage2 of the boot. Never fails the boot. */
export function setup(app: App): Command {
  return bootCommand({}, async () => {
    const warning = describeIgnoredIds(app.host);
    if (warning !== null) app.host.output.note(`warning: ${warning}`);
    await setUpContainer(app.host, app.home.root);
    return ExitCode.done;
  });
}
