import { ok, problem, underS6, type Check } from "./finding.ts";

/** Whether the container has booted: before that nothing else is checked. */
export const BOOT: Check = {
  id: "boot",
  title: "Boot",
  applies: underS6,
  look: async ({ snapshot }) =>
    snapshot.booting
      ? [
          problem({
            message: "the container is still booting",
            cause:
              "what it has not come to would look as if it were missing, so nothing else was checked",
            remedy: "run `hermes doctor` again in a moment",
          }),
        ]
      : [ok("the container has booted")],
};
