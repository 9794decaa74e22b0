import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import type { Container } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { bootContainer } from "./support/booted.ts";
import { onVolume } from "./support/volume-content.ts";

const reportSchema = v.strictObject({
  version: v.literal(2),
  healthy: v.boolean(),
  manager: v.literal("s6 (container supervisor)"),
  gateways: v.strictObject({ up: v.array(v.string()), total: v.number() }),
  repairs: v.array(
    v.strictObject({
      check: v.string(),
      message: v.string(),
      action: v.string(),
      error: v.nullable(v.string()),
    }),
  ),
  findings: v.array(
    v.strictObject({
      check: v.string(),
      title: v.string(),
      severity: v.picklist(["problem", "warning", "ok"]),
      message: v.string(),
      cause: v.nullable(v.string()),
      remedy: v.nullable(v.string()),
      fixable: v.boolean(),
    }),
  ),
});

async function examine(container: Container, user = "root", ...flags: readonly string[]) {
  const { code, stdout } = await container.exec(user, ["hermes", "doctor", "--json", ...flags]);
  const report = v.parse(reportSchema, JSON.parse(stdout));
  expect(code).toBe(report.healthy ? 0 : 3);
  const troubles = report.findings.filter(({ severity }) => severity !== "ok");
  return {
    ...report,
    troubles: troubles.map(({ check, severity, message, cause }) => ({
      check,
      severity,
      message,
      cause,
    })),
  };
}

describe("hermes doctor", () => {
  test.concurrent("passes every check in a fresh container", async () => {
    await using container = await bootContainer();
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
    const { healthy, troubles, findings } = await examine(container);
    expect({ healthy, troubles }).toEqual({ healthy: true, troubles: [] });
    expect(new Set(findings.map(({ check }) => check))).toEqual(
      new Set([
        "boot",
        "services",
        "gateways",
        "state-files",
        "failed-boots",
        "s6-limit",
        "slots",
        "loggers",
        "aliases",
        "writable",
        "disk",
        "ownership",
        "directories",
        "profiles",
        "logs",
        "configuration",
        "ports",
        "stop-budget",
      ]),
    );
  });

  test.concurrent("passes every check in a rootless container", async () => {
    await using container = await bootContainer({ flags: ["--user=10000:10000"] });
    expect((await examine(container, "10000:10000")).troubles).toEqual([]);
  });

  test.concurrent("reports settings that cannot work", async () => {
    await using container = await bootContainer({
      env: {
        S6_KILL_GRACETIME: "5000",
        S6_KILL_FINISH_MAXTIME: "2000",
        HERMES_DASHBOARD: "1",
        HERMES_DASHBOARD_PORT: "none",
      },
    });
    const { healthy, troubles } = await examine(container);
    expect(healthy).toBe(false);
    expect(troubles).toEqual([
      {
        check: "services",
        severity: "problem",
        message: "the service 'dashboard' is down",
        cause: "its settings are invalid (exit code 78)",
      },
      {
        check: "dashboard",
        severity: "problem",
        message: "the dashboard cannot start",
        cause: 'HERMES_DASHBOARD_PORT="none" is not a port',
      },
      {
        check: "stop-budget",
        severity: "problem",
        message: "gateways are killed 2000 ms after `docker stop`, but may need 7000 ms",
        cause: "S6_KILL_FINISH_MAXTIME=2000",
      },
    ]);
  });

  test.concurrent("reports files of root, a port that is used twice, and a full disk", async () => {
    await using container = await bootContainer({ flags: ["--tmpfs=/opt/data:size=8m,mode=0777"] });
    const make = `
      hermes profile create coder >/dev/null 2>&1
      cd /opt/data
      printf 'gateway:\\n  port: 8642\\n' >config.yaml
      cp config.yaml profiles/coder/
      chown hermes:hermes config.yaml
      chmod 0500 profiles/coder/sessions
      rmdir profiles/coder/cron
      head -c 7800000 /dev/zero >fill
    `;
    await container.execOk("root", ["sh", "-c", make]);
    const { troubles } = await examine(container);
    const [disk, ...others] = troubles;
    expect(disk).toMatchObject({ check: "disk", severity: "problem" });
    expect(disk?.message).toMatch(/^only 0 MiB and \d+ files are free on \/opt\/data$/);
    expect(others).toEqual([
      {
        check: "ownership",
        severity: "problem",
        message:
          "gateways and commands cannot write to /opt/data/fill, /opt/data/profiles/coder/config.yaml",
        cause: "uid 0 owns them, not hermes",
      },
      {
        check: "ownership",
        severity: "problem",
        message:
          "gateways and commands cannot read or write /opt/data/profiles/coder/sessions (0500)",
        cause: "the modes deny it to the owner",
      },
      {
        check: "ports",
        severity: "problem",
        message: "gateway 'default' and gateway 'coder' cannot run at the same time",
        cause: "both listen on port 8642",
      },
      {
        check: "directories",
        severity: "warning",
        message: "1 profile without a directory: coder (cron)",
        cause: "they were removed, or never created",
      },
    ]);
    const fixed = await examine(container, "root", "--fix");
    expect(fixed.repairs.map(({ action, error }) => [action, error])).toEqual([
      ["opened to their owner: /opt/data/profiles/coder/sessions", null],
      ["created 1 directory: coder (cron)", null],
    ]);
    expect(fixed.troubles.map(({ check }) => check)).toEqual(["disk", "ports"]);
    const mode = await container.execOk("root", [
      "stat",
      "-c",
      "%a %U",
      "/opt/data/profiles/coder/sessions",
      "/opt/data/profiles/coder/cron",
    ]);
    expect(mode).toBe("700 hermes\n755 hermes\n");
  });

  test.concurrent("--fix as root gives files of root to hermes, --fix as hermes cannot", async () => {
    await using container = await bootContainer();
    const leave = "mkdir -p skills/a; echo x >skills/a/b; touch memories/MEMORY.md unknown";
    await container.execOk("root", ["sh", "-c", `cd /opt/data; ${leave}`]);
    const message =
      "gateways and commands cannot write to /opt/data/memories/MEMORY.md, /opt/data/skills/a, /opt/data/unknown";
    const cause = "uid 0 owns them, not hermes";
    const finding = { check: "ownership", severity: "problem", message, cause } as const;
    expect((await examine(container, "hermes", "--fix")).troubles).toEqual([finding]);
    expect((await examine(container, "root", "--fix")).troubles).toEqual([]);
    expect(await container.execOk("root", ["find", "/opt/data", "!", "-user", "hermes"])).toBe("");
  });

  test.concurrent("--fix follows no link that hermes planted", async () => {
    await using container = await bootContainer();
    const plant =
      "cd /opt/data && rmdir skills && ln -s /etc skills && rm -f .env && ln -s /etc/shadow .env";
    await container.execOk("hermes", ["sh", "-c", plant]);
    const before = await container.execOk("root", ["stat", "-c", "%a %U", "/etc", "/etc/shadow"]);
    await container.exec("root", ["hermes", "doctor", "--fix"]);
    await container.exec("root", ["hermes", "doctor", "--fix"], {
      env: { HERMES_DOCKER_EXEC_AS_ROOT: "1" },
    });
    expect(await container.execOk("root", ["stat", "-c", "%a %U", "/etc", "/etc/shadow"])).toBe(
      before,
    );
  });

  test.concurrent("reports a volume that cannot be written to", async () => {
    await using volume = await createVolume();
    await onVolume(volume, "chown 10000:10000 .; touch SOUL.md");
    const volumes = [`${volume.name}:/opt/data:ro`];
    await using container = await bootContainer({ volumes });
    const { healthy, troubles } = await examine(container);
    expect(healthy).toBe(false);
    expect(troubles).toContainEqual({
      check: "writable",
      severity: "problem",
      message: "/opt/data cannot be written to: no change outlives a restart",
      cause: "read-only file system",
    });
  });
});
