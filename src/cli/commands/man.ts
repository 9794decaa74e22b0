import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { describeProgram } from "../describe.ts";
import { renderManual } from "../manual/render.ts";
import type { Program } from "../command-table.ts";
import { versionNumber } from "../version.ts";

const EXAMPLES: readonly Example[] = [
  ["hermes man | man -l -", "Read it"],
  ["hermes man >/usr/local/share/man/man1/hermes.1", "Install it, for `man hermes`"],
];

/** `hermes man`: the manual page, made from what the commands say of themselves. */
export function man(app: App, program: Program): Command {
  return command({}, EXAMPLES, async () => {
    const date = new Date(app.host.clock.now()).toISOString().slice(0, 10);
    const root = await describeProgram(app, program);
    app.host.output.result(renderManual(root, versionNumber(), date));
  });
}
