import { expect, test } from "bun:test";
import { runCommandLine } from "../../../../src/cli/runner.ts";
import { HERMES } from "../../../../src/cli/command-table.ts";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { Replaced } from "../../../support/fake-processes.ts";
import { installS6 } from "../../../support/fake-s6.ts";

const ENVIRONMENT = { HERMES_HOME: "/vol", HERMES_AGENT: "/srv/agent" };

function machine(...argv: readonly string[]): FakeHost {
  const host = new FakeHost({ environment: ENVIRONMENT, argv: ["hermes", ...argv] });
  host.disk.putFile("/usr/local/bin/hermes", "", { mode: 0o755 });
  host.disk.putFile("/srv/agent", "echo hi\n", { mode: 0o755 });
  return host;
}

test.each([
  ["install", "hermes profile create NAME"],
  ["uninstall", "hermes profile delete NAME"],
])("hermes gateway %s explains itself if s6 keeps the gateways", async (verb, command) => {
  for (const words of [[], ["--force"], ["--system", "--run-as-user", "me"]]) {
    const host = machine();
    installS6(host);
    const { code, stdout, notes } = await hermes(host, "gateway", verb, ...words);
    expect({ code, notes }).toEqual({ code: 0, notes: [] });
    expect(stdout).toStartWith(`Nothing to ${verb}: in this container every profile has a gateway`);
    expect(stdout).toContain(`  ${command} `);
  }
});

test("hermes gateway install is the agent's if nothing keeps gateways", async () => {
  const words = ["-p", "default", "gateway", "install", "--system"];
  const outcome = runCommandLine(machine(...words), HERMES, words);
  const thrown: unknown = await outcome.catch((error: unknown) => error);
  expect(thrown instanceof Replaced && thrown.command).toEqual(["/srv/agent", ...words]);
});

test("hermes gateway uninstall without any agent says that nothing keeps gateways", async () => {
  const host = new FakeHost({ environment: { HERMES_HOME: "/vol" } });
  expect(await hermes(host, "gateway", "uninstall")).toMatchObject({
    code: 1,
    notes: [
      "✗ Cannot uninstall gateway 'default': no service manager runs here",
      "  Hint: run the gateway in the foreground with `hermes gateway run`",
    ],
  });
});
