import { setUpContainer } from "../../boot/setup.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

/** `hermes-boot setup`: stage2 of the boot. Never fails the boot. */
export function setup(app: App): Command {
  return bootCommand({}, async () => {
    await setUpContainer(app.host, app.home.root);
    return ExitCode.done;
  });
}
