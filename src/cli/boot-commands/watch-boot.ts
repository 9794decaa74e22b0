import { endContainer } from "../../boot/end-container.ts";
import { killBoot, readBootLimit, watchBoot } from "../../boot/watch-boot.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { reportError } from "../report-error.ts";

/** The failure of a boot whose init is dead, or which takes longer than `limit` seconds. */
function bootFailure(isDead: boolean, limit: number): AppError {
  if (isDead) {
    return new AppError(
      "io",
      "Cannot boot: the init's script that starts the services has failed",
      {
        hint: "its words are above; with --read-only or --user it may have tried to write to /etc",
      },
    );
  }
  return new AppError("io", `Cannot boot: the container is still booting after ${limit} s`, {
    hint: "a script in /etc/cont-init.d or a service waits for something; HERMES_BOOT_TIMEOUT sets another limit in seconds, 0 none",
  });
}

/**
 * `hermes-boot watch-boot`, beside the boot: ends the container, with a sentence and exit code 1, if the boot hangs.
 */
export function watchBootCommand(app: App): Command {
  return bootCommand({}, async () => {
    const { host } = app;
    const limit = readBootLimit(host.environment);
    const outcome = await watchBoot(host, limit);
    if (outcome === "booted") return ExitCode.done;
    reportError(host, bootFailure(outcome === "dead", limit));
    killBoot(host);
    await endContainer(host, ExitCode.failed);
    return ExitCode.failed;
  });
}
