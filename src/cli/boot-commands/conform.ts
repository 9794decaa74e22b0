import { checkProgram } from "../../agent/external.ts";
import { abortOn } from "../../agent/chat/abort-on-signal.ts";
import { ExitCode } from "../../core/errors.ts";
import { exitCodeOfSignal } from "../../core/signals.ts";
import { renderReport } from "../../gateway/conformance/requirements.ts";
import { runConformance } from "../../gateway/conformance/run.ts";
import type { App } from "../app.ts";
import { command, type Command } from "../command.ts";
import { becomeHermes } from "../../boot/drop-root.ts";
import { usageError } from "../usage-error.ts";

const ARGS = {
  program: { type: "positional", description: "The program's absolute path", required: true },
  wait: {
    type: "string",
    valueHint: "SECONDS",
    description: "How long it may take until it says that it runs (30)",
  },
} as const;

/** `hermes-boot conform PROGRAM`: runs a program as a gateway on trial; exit 0 if it keeps the contract. */
export function conform(app: App): Command {
  const examples = [
    [
      "hermes-boot conform /srv/agent",
      "Try a program out as a gateway, as HERMES_AGENT would use it",
    ],
  ] as const;
  return command(ARGS, examples, async ({ program, wait }) => {
    const { host } = app;
    if (!program.startsWith("/")) {
      throw usageError(`'${program}' is not an absolute path`);
    }
    const seconds = wait ?? "30";
    if (!/^[1-9]\d{0,3}$/.test(seconds)) {
      throw usageError(`Flag '--wait' takes a number of seconds, not '${seconds}'`);
    }
    becomeHermes(host);
    checkProgram(host, program);
    const { signal, ended } = abortOn(host.self.waitForEndSignal());
    const findings = await runConformance(host, program, Number(seconds) * 1000, signal);
    const by = ended();
    if (by !== null) {
      host.output.note(`Given up; ${program} is ended`);
      return exitCodeOfSignal(by);
    }
    const { text, conforms } = renderReport(program, findings);
    host.output.result(text);
    return conforms ? ExitCode.done : ExitCode.failed;
  });
}
