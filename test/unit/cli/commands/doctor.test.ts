import { expect, test } from "bun:test";
import { isJsonObject, parseJson } from "../../../../src/core/json.ts";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost, HERMES } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";

function installation(): FakeHost {
  const environment = { HERMES_HOME: "/vol", NO_COLOR: "1" };
  const host = new FakeHost({ users: [HERMES], environment });
  host.disk.creator = { uid: HERMES.uid, gid: HERMES.gid };
  const s6 = installS6(host);
  host.disk.putDirectory("/run/service/gateway-default");
  s6.supervise("/run/service/gateway-default");
  for (const name of ["cron", "logs", "memories", "sessions", "skills", "workspace"]) {
    host.disk.putDirectory(`/vol/${name}`);
  }
  for (const name of ["profiles", "logs/gateways"]) host.disk.putDirectory(`/vol/${name}`);
  return host;
}

test("hermes doctor exits 0 without problems", async () => {
  const { code, stdout } = await hermes(installation(), "doctor");
  expect(stdout).toStartWith("Manager: s6 (container supervisor)\nGateways: 0 of 1 up\n\n✓ ");
  expect(stdout).toMatch(/\nNo problems; \d+ checks passed\n$/);
  expect(code).toBe(0);
});

test("hermes doctor exits 3 with a problem, 0 with only a warning", async () => {
  const host = installation();
  host.disk.removeForTest("/vol/cron");
  expect((await hermes(host, "doctor")).code).toBe(0);
  host.disk.putFile("/vol/config.yaml", "gateway: [");
  const { code, stdout } = await hermes(host, "doctor");
  expect(code).toBe(3);
  expect(stdout).toContain(
    "\n✗ Configuration: gateway 'default' cannot run with its settings\n    Cause:  Cannot use /vol/config.yaml: line 1: ",
  );
  expect(stdout).toContain("\n1 problem, 1 warning; ");
});

test.each(["doctor", "status"])(
  "hermes -p NAME %s exits 4 for a name that is no profile",
  async (command) => {
    const host = installation();
    expect(await hermes(host, "-p", "ghost", command)).toEqual({
      code: 4,
      stdout: "",
      notes: [
        "✗ no such gateway 'ghost': register it with `hermes profile create ghost` first, or pass an existing profile name via `-p <name>`",
      ],
    });
    // One that is broken, or has a slot still, is what these commands are asked about.
    host.disk.putDirectory("/vol/profiles/ghost/SOUL.md");
    expect((await hermes(host, "-p", "ghost", command)).stdout).not.toBe("");
    host.disk.putDirectory("/run/service/gateway-left");
    expect((await hermes(host, "-p", "left", command)).stdout).toContain("left");
  },
);

test("hermes doctor --fix repairs, shows the action, and checks again", async () => {
  const host = installation();
  host.disk.removeForTest("/vol/cron");
  const { code, stdout } = await hermes(host, "doctor", "--fix");
  expect(stdout).toContain("\n✓ Repaired: created 1 directory: default (cron)\n\n");
  expect(stdout).toContain("\nNo problems; ");
  expect(code).toBe(0);
  expect(host.disk.has("/vol/cron")).toBe(true);
});

test("hermes doctor --json says the same to programs", async () => {
  const host = installation();
  host.disk.removeForTest("/vol/cron");
  const report = parseJson((await hermes(host, "doctor", "--json")).stdout);
  expect(report).toMatchObject({
    version: 2,
    healthy: true,
    manager: "s6 (container supervisor)",
    gateways: { up: [], total: 1 },
    repairs: [],
  });
  const findings: unknown = isJsonObject(report) ? report["findings"] : null;
  expect(Array.isArray(findings) ? findings[0] : null).toEqual({
    check: "directories",
    title: "Directories",
    severity: "warning",
    message: "1 profile without a directory: default (cron)",
    cause: "they were removed, or never created",
    remedy: "create them with `mkdir` as hermes",
    fixable: true,
  });
  const fixed = parseJson((await hermes(host, "doctor", "--fix", "--json")).stdout);
  expect(fixed).toMatchObject({
    repairs: [
      {
        check: "directories",
        message: "1 profile without a directory: default (cron)",
        action: "created 1 directory: default (cron)",
        error: null,
      },
    ],
  });
});
