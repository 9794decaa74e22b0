import { ExitCode } from "../../core/errors.ts";
import { handleExit } from "../../gateway/after-exit.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

/** Exit code of a `finish` script that tells s6-supervise not to start the service again (servicedir). */
const PERMANENT_FAILURE = 125;
/** What s6-supervise gives as the exit code of a process that a signal ended. */
const ENDED_BY_SIGNAL = 256;

const ARGS = {
  name: { type: "positional", description: "The profile's name", required: true },
  code: { type: "positional", description: "Exit code, 256 for a signal", required: true },
  signal: { type: "positional", description: "The signal's number", required: true },
  group: { type: "positional", description: "The process group that ended", required: false },
} as const;

/** A process group's id; null for what s6 says where it knows none. */
function parseGroup(text: string | undefined): number | null {
  const group = Number(text ?? "");
  return Number.isInteger(group) && group > 1 ? group : null;
}

/** `hermes-boot finish NAME -- CODE SIGNAL [GROUP]`, called by the slot's `finish`. */
export function finish(app: App): Command {
  return bootCommand(ARGS, async (args) => {
    const { host, home } = app;
    const code = Number(args.code);
    const killed = code >= ENDED_BY_SIGNAL;
    const decision = await handleExit(host, home.root, requireProfileName(args.name), {
      code: killed ? null : code,
      signal: killed ? Number(args.signal) : null,
      group: parseGroup(args.group),
    });
    return decision.delayMs === null ? PERMANENT_FAILURE : ExitCode.done;
  });
}
