import { endContainer } from "../../boot/end-container.ts";
import { planServiceExit } from "../../boot/service-exit.ts";
import { forgetServiceProcess } from "../../boot/service-process.ts";
import { FINISH_CODES } from "../../core/supervision.ts";
import { isServiceDisabled, limitedRestartCommand } from "../../services/image/static-services.ts";
import { environmentOf, type App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { requireStaticService, SERVICE } from "../static-service.ts";

const ARGS = {
  name: SERVICE,
  code: { type: "positional", description: "Exit code, 256 for a signal", required: true },
  signal: { type: "positional", description: "The signal's number", required: true },
} as const;

/** `hermes-boot service-finish NAME CODE SIGNAL`, the `finish` of a static service: decides what follows. */
export function serviceFinish(app: App): Command {
  return bootCommand(ARGS, async ({ name, code, signal }) => {
    const { host } = app;
    const known = requireStaticService(name);
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
