import { expect, test } from "bun:test";
import { leaveTerminalOfRoot } from "../../../src/cli/own-terminal.ts";
import { FakeHost, type FakeHostOptions } from "../../support/fake-host.ts";
import { Replaced } from "../../support/fake-processes.ts";

const SCRIPT = "/usr/local/lib/hermes/own-terminal.sh";

/** What root's `hermes chat` becomes below a shell; null where it stays what it was. */
function became(options: FakeHostOptions = {}, change: (host: FakeHost) => void = () => undefined) {
  const environment = { HERMES_AGENT: "/srv/agent", SHELL: "/bin/zsh", ...options.environment };
  const host = new FakeHost({ uid: 0, ...options, environment });
  host.disk.putFile("/usr/local/bin/hermes", "", { mode: 0o755 });
  for (const path of [SCRIPT, "/srv/agent"]) host.disk.putFile(path, "", { mode: 0o755 });
  host.table.isOnTerminalOfAnother = true;
  change(host);
  try {
    leaveTerminalOfRoot(host, ["chat", "a b"]);
    return { host, replaced: null };
  } catch (error) {
    if (error instanceof Replaced) return { host, replaced: error };
    throw error;
  }
}

test("leaveTerminalOfRoot() begins again in a session of its own before an agent gets root's terminal", () => {
  const { replaced } = became();
  expect(replaced?.command).toEqual([SCRIPT, "/usr/local/bin/hermes", "chat", "a b"]);
  expect(replaced?.environment).toMatchObject({ HERMES_SHELL_BEFORE: "/bin/zsh" });
  const alias = became({ argv: ["coder"] }).replaced;
  expect(alias?.command).toEqual([SCRIPT, "/run/hermes-alias/coder", "chat", "a b"]);
});

test("leaveTerminalOfRoot() does it once, and gives the shell's name back", () => {
  for (const [before, shell] of [
    ["/bin/zsh", "/bin/zsh"],
    ["", undefined],
  ] as const) {
    const { host, replaced } = became({
      environment: { HERMES_SHELL_BEFORE: before, SHELL: "/bin/bash" },
    });
    expect(replaced).toBeNull();
    expect(host.environment["SHELL"]).toBe(shell);
    expect(host.environment["HERMES_SHELL_BEFORE"]).toBeUndefined();
  }
});

test.each([
  ["hermes", { uid: 10_000 }, undefined],
  ["root who stays root", { environment: { HERMES_DOCKER_EXEC_AS_ROOT: "1" } }, undefined],
  [
    "a terminal of its own",
    {},
    (host: FakeHost) => {
      host.table.isOnTerminalOfAnother = false;
    },
  ],
  ["no image", {}, (host: FakeHost) => host.disk.removeForTest(SCRIPT)],
])("leaveTerminalOfRoot() changes nothing for %s", (_, options, change) => {
  expect(became(options, change).replaced).toBeNull();
});
