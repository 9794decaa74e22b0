import { ok, problem, underS6, type Check } from "./finding.ts";

/** Whether the container has booted: before that no other finding is the last word. */
export const BOOT: Check = {
  id: "boot",
  title: "Boot",
  applies: underS6,
  look: async ({ snapshot }) =>
    snapshot.booting
      ? [
          problem({
            what: "the container is still booting",
            why: "gateways that it has not come to look as if they were missing",
            todo: "run `hermes doctor` again in a moment",
          }),
        ]
      : [ok("the container has booted")],
};
