import { endContainer } from "../../boot/end-container.ts";
import { killBoot, readBootLimit, watchBoot } from "../../boot/watch-boot.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";
import { createMessages } from "../messages.ts";

/**
 * `hermes-boot watch-boot`, beside the boot: ends the container, with a sentence and exit code 1, if the boot hangs.
 */
export function watchBootCommand(app: App): Command {
  return bootCommand({}, async () => {
    const { host } = app;
    const limit = readBootLimit(host.environment);
    const outcome = await watchBoot(host, limit);
    if (outcome === "booted") return ExitCode.done;
    const messages = createMessages(host);
    if (outcome === "dead") {
      messages.error("Cannot boot: the init's script that starts the services has failed");
      messages.log(
        "  Hint: its words are above; with --read-only or --user it may have tried to write to /etc",
      );
    } else {
      messages.error(`Cannot boot: the container is still booting after ${limit} s`);
      messages.log(
        "  Hint: a script in /etc/cont-init.d or a service waits for something; HERMES_BOOT_TIMEOUT sets another limit in seconds, 0 none",
      );
    }
    killBoot(host);
    await endContainer(host, ExitCode.failed);
    return ExitCode.failed;
  });
}
