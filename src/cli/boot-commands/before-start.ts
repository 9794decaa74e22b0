import { prepareStart } from "../../gateway/before-start.ts";
import { STAY_DOWN_ANSWER } from "../../core/supervision.ts";
import { MAX_RECORD_BYTES, parseProcessRecord } from "../../core/service-processes.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import { PROFILE_NAME } from "../arguments.ts";
import { bootCommand, type Command } from "../command.ts";

const ARGS = {
  name: PROFILE_NAME,
  pid: { type: "positional", description: "The supervised process", required: true },
} as const;

/**
 * `hermes-boot before-start NAME PID`: ends the processes that the slot's record, on stdin, names besides PID; prints
 * the seconds that the start has to wait, or `down` if there is to be none.
 */
export function beforeStart(app: App): Command {
  return bootCommand(ARGS, async (args) => {
    const { host, home } = app;
    const pid = Number(args.pid);
    const record = parseProcessRecord(host.input.readAll(MAX_RECORD_BYTES));
    const orphans = record.slice(0, -1).filter((one) => one.pid !== pid);
    const name = requireProfileName(args.name);
    const answer = await prepareStart(host, home.root, name, pid, orphans);
    host.output.result(`${answer === "stay-down" ? STAY_DOWN_ANSWER : answer / 1000}\n`);
  });
}
