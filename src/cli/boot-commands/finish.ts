import { handleExit } from "../../gateway/after-exit.ts";
import { readLastLine } from "../../logs/last-line.ts";
import { FINISH_CODES } from "../../core/supervision.ts";
import { ENDED_BY_SIGNAL } from "../../core/signals.ts";
import { MAX_RECORD_BYTES, parseProcessRecord } from "../../core/service-processes.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import { PROFILE_NAME } from "../arguments.ts";
import { bootCommand, type Command } from "../command.ts";

const ARGS = {
  name: PROFILE_NAME,
  code: { type: "positional", description: "Exit code, 256 for a signal", required: true },
  signal: { type: "positional", description: "The signal's number", required: true },
  wanted: { type: "positional", description: "Whether s6 is to keep it up", required: false },
} as const;

/** A word of s6-svstat. */
function parseWanted(word: string | undefined): boolean | null {
  return word === "true" || word === "false" ? word === "true" : null;
}

/**
 * `hermes-boot finish NAME -- CODE SIGNAL [WANTED]`, called by the slot's `finish` with the slot's record on stdin.
 */
export function finish(app: App): Command {
  return bootCommand(ARGS, async (args) => {
    const { host, home } = app;
    const code = Number(args.code);
    const killed = code >= ENDED_BY_SIGNAL;
    const name = requireProfileName(args.name);
    const facts = {
      code: killed ? null : code,
      signal: killed ? Number(args.signal) : null,
      wantedUp: parseWanted(args.wanted),
      processes: parseProcessRecord(host.input.readAll(MAX_RECORD_BYTES)),
    };
    const lastLine = (since: number) => readLastLine(host, home.root, name, since);
    const decision = await handleExit(host, home.root, name, facts, lastLine);
    if (decision.meaning === "shut-down") return FINISH_CODES.shutDown;
    return decision.backoffMs === null ? FINISH_CODES.stayDown : FINISH_CODES.startAgain;
  });
}
