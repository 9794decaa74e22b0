import { planServiceExit } from "../../boot/service-exit.ts";
import { registrarCommand } from "../../services/s6/registrar-server.ts";
import { endContainer } from "../../boot/end-container.ts";
import { forgetServiceProcess, takeOverService } from "../../boot/service-process.ts";
import { ExitCode } from "../../core/errors.ts";
import { FINISH_CODES } from "../../core/supervision.ts";
import { MAIN_WRAPPER } from "../../core/image.ts";
import {
  isServiceDisabled,
  limitedRestartCommand,
  STATIC_SERVICES,
  waitForNoListener,
  type StaticServiceName,
} from "../../services/s6/static-services.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";
import { environmentOf } from "../program-environment.ts";
import { becomeHermes } from "../../boot/drop-root.ts";
import { usageError } from "../usage-error.ts";

const NAME = {
  type: "positional",
  description: STATIC_SERVICES.join(", "),
  required: true,
} as const;

function requireService(name: string): StaticServiceName {
  const known = STATIC_SERVICES.find((one) => one === name);
  if (known !== undefined) return known;
  throw usageError(`'${name}' is no service of the image`, ["hermes-boot", "service"]);
}

/** The program of a static service. */
function programOf({ host }: App, name: StaticServiceName): readonly string[] {
  if (name === "main-hermes") return [MAIN_WRAPPER];
  if (name === "dashboard") return [host.self.executable, "dashboard"];
  return registrarCommand(host);
}

/**
 * `hermes-boot service NAME`, the `run` of a static service: becomes its program, unless the boot has disabled it. It first
 * ends the one that an earlier supervisor started and did not survive.
 */
export function service(app: App): Command {
  return bootCommand({ name: NAME }, async ({ name }) => {
    const { host } = app;
    const known = requireService(name);
    if (isServiceDisabled(host, known)) {
      await waitForNoListener(host, known);
      return ExitCode.done;
    }
    await takeOverService(host, known);
    if (known === "dashboard") becomeHermes(host);
    return host.processes.replaceProcess(programOf(app, known), environmentOf(app));
  });
}

const EXIT_ARGS = {
  name: NAME,
  code: { type: "positional", description: "Exit code, 256 for a signal", required: true },
  signal: { type: "positional", description: "The signal's number", required: true },
} as const;

/** `hermes-boot service-finish NAME CODE SIGNAL`, the `finish` of a static service: decides what follows. */
export function serviceFinish(app: App): Command {
  return bootCommand(EXIT_ARGS, async ({ name, code, signal }) => {
    const { host } = app;
    const known = requireService(name);
    const plan = planServiceExit(known, {
      isDisabled: isServiceDisabled(host, known),
      code: Number(code),
      signal: Number(signal),
    });
    forgetServiceProcess(host, known);
    if (typeof plan === "number") await endContainer(host, plan);
    if (plan !== "start-again") return FINISH_CODES.stayDown;
    return host.processes.replaceProcess(limitedRestartCommand(host), environmentOf(app));
  });
}
