import { registrarCommand } from "../../services/image/registrar-server.ts";
import { takeOverService } from "../../boot/service-process.ts";
import { ExitCode } from "../../core/errors.ts";
import { MAIN_WRAPPER } from "../../core/image.ts";
import {
  isServiceDisabled,
  waitForNoListener,
  type StaticServiceName,
} from "../../services/image/static-services.ts";
import { environmentOf, type App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { requireStaticService, SERVICE } from "../static-service.ts";
import { becomeHermes } from "../../boot/drop-root.ts";

/** The program of a static service. */
function programOf({ host }: App, name: StaticServiceName): readonly string[] {
  if (name === "main-hermes") return [MAIN_WRAPPER];
  if (name === "dashboard") return [host.self.executable, "dashboard"];
  return registrarCommand(host);
}

/**
 * `hermes-boot service NAME`, the `run` of a static service: becomes its program, unless the boot has disabled it. It
 * first ends the one that an earlier supervisor started and did not survive.
 */
export function service(app: App): Command {
  return bootCommand({ name: SERVICE }, async ({ name }) => {
    const { host } = app;
    const known = requireStaticService(name);
    if (isServiceDisabled(host, known)) {
      await waitForNoListener(host, known);
      return ExitCode.done;
    }
    await takeOverService(host, known);
    if (known === "dashboard") becomeHermes(host);
    return host.processes.replaceProcess(programOf(app, known), environmentOf(app));
  });
}
