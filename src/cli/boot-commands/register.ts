import { bootExecutable } from "../../core/boot-executable.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import { toPrintable } from "../../core/printable.ts";
import { describeAbort } from "../../core/system-failure.ts";
import { findVolumeUser } from "../../core/volume-user.ts";
import { closedFailure } from "../../gateway/refusals.ts";
import type { CommandResult } from "../../host/processes.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";
import { profileExists } from "../../profiles/store.ts";
import { parseRegistrarRequest } from "../../services/registrar-server.ts";
import type { App } from "../app.ts";
import { rawCommand, type Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

const NAME = { type: "positional", description: "The profile's name", required: true } as const;

const LONGEST_REASON = 400;

/**
 * Returns true if a profile exists. Looks as hermes: root touches nothing on the volume. Throws if the profile is
 * broken.
 */
async function exists(app: App, name: ProfileName): Promise<boolean> {
  const { host, home } = app;
  if (findVolumeUser(host) === null) return profileExists(host, home.root, name);
  const result = await host.processes.runCommand([bootExecutable(host), "volume", "has", name], {
    timeoutMs: 30_000,
    environment: { PATH: host.environment["PATH"] ?? "/usr/bin:/bin", HERMES_HOME: home.root },
  });
  if (result.exitCode === ExitCode.configuration) {
    const [sentence = ""] = result.stderr.replace(/^✗ /, "").split("\n");
    const reason = toPrintable(sentence, LONGEST_REASON);
    throw new AppError("broken-profile", `Cannot register gateway '${name}': ${reason}`);
  }
  if (result.exitCode === ExitCode.done) return true;
  if (result.exitCode === ExitCode.failed && result.stderr === "") return false;
  throw lookFailed(name, result);
}

/** The child that was to look at the profile has not: nothing is known of it. */
function lookFailed(name: ProfileName, result: CommandResult): AppError {
  const [said = ""] = result.stderr.replace(/^✗ /, "").split("\n");
  const limit = result.startFailure?.message ?? describeAbort(result.stderr);
  const reason = limit ?? toPrintable(said, LONGEST_REASON);
  const message = `Cannot register gateway '${name}': its profile cannot be looked at: ${reason}`;
  // A refusal by the volume is final.
  const isFinal = limit === null && result.exitCode === ExitCode.failed;
  const exitCode = isFinal ? ExitCode.failed : ExitCode.tryAgain;
  return new AppError("io", message, { exitCode });
}

async function perform(
  app: App,
  request: ReturnType<typeof parseRegistrarRequest>,
): Promise<number> {
  const { verb, name } = request;
  const gateways = await app.gateways();
  if (verb === "unregister") {
    if (name === DEFAULT_PROFILE) {
      throw new AppError("refused", "Refused: the default gateway is always registered");
    }
    if ((await gateways.unregister(name)) === "missing") {
      throw new AppError("no-such-gateway", `Cannot unregister gateway '${name}': no such gateway`);
    }
    return ExitCode.done;
  }
  if (!(await exists(app, name))) {
    throw new AppError("no-such-profile", `Cannot register gateway '${name}': no such profile`);
  }
  await gateways.register(name);
  return ExitCode.done;
}

/**
 * `hermes-boot register NAME`: publishes the profile's slot, down; succeeds if it is registered already.
 */
export function register(app: App): Command {
  return bootCommand({ name: NAME }, ({ name }) =>
    perform(app, parseRegistrarRequest(["register", name])),
  );
}

/** `hermes-boot unregister NAME`: the profile's gateway down, its slot gone. */
export function unregister(app: App): Command {
  return bootCommand({ name: NAME }, ({ name }) =>
    perform(app, parseRegistrarRequest(["unregister", name])),
  );
}

/**
 * The program that the registrar's server runs as root. Its words come from the client, and all are validated. It takes
 * away no gateway that root alone commands.
 */
export function registrar(app: App): Command {
  return rawCommand(async (rawArgs) => {
    const request = parseRegistrarRequest(rawArgs);
    const { verb, name } = request;
    if (verb === "unregister") {
      const { manager } = await app.gateways();
      if (manager.readAccess(name) === "closed") throw closedFailure(name, verb);
    }
    return perform(app, request);
  });
}
