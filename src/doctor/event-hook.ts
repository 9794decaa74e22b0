import { eventHookPath, isHookThere, judgeHook } from "../gateway/record/event-hook-file.ts";
import { readHookFailure } from "../gateway/record/hook-failure.ts";
import { ok, problem, UNKNOWN_CAUSE, warning, type Check } from "./finding.ts";

/** Checks that the event hook is run, and that it took its last event. */
export const EVENT_HOOK: Check = {
  id: "event-hook",
  title: "Event hook",
  applies: ({ host, root }) => isHookThere(host, root),
  run: async ({ host, root }) => {
    const judgement = judgeHook(host, root);
    if (judgement.kind === "run") {
      const failure = readHookFailure(host, root);
      if (failure === null) return ok(`${judgement.path} receives events`);
      return warning({
        message: `the event hook failed at ${failure.at}`,
        cause: failure.reason ?? UNKNOWN_CAUSE,
        remedy: `correct ${judgement.path}; \`hermes gateway events --all\` shows each failure`,
      });
    }
    return problem({
      message: "the event hook is not run",
      cause: judgement.reason ?? "it was removed",
      remedy: `give ${eventHookPath(root)} and its directory to hermes, with mode 755 (docs/events.md)`,
    });
  },
};
