import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { examine, repairAll, type NamedFinding } from "../../../src/doctor/examine.ts";
import { createGateways } from "../../../src/gateway/gateways.ts";
import { createNoServiceManager } from "../../../src/services/none/manager.ts";
import { makeInstallation, ROOT, type Installation } from "../../support/doctor-installation.ts";

const examineAll = ({ host, agent, gateways }: Installation) =>
  examine({ host, root: ROOT, agent, gateways });

test("examine() finds no fault in an installation without faults", async () => {
  const { findings } = await examineAll(makeInstallation());
  expect(findings.filter(({ severity }) => severity !== "ok")).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual([
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
  ]);
});

test("examine() counts the gateways that are up", async () => {
  const installation = makeInstallation();
  installation.slot("down", { up: false, wantedUp: true });
  installation.disk.putFile("/vol/profiles/down/SOUL.md", "");
  expect(await examineAll(installation)).toMatchObject({
    manager: "s6 (container supervisor)",
    gateways: { up: ["coder"], total: 3 },
  });
});

test("examine() checks nothing but the boot while the container boots", async () => {
  const installation = makeInstallation();
  installation.disk.putFile("/vol/profiles/late/SOUL.md", "");
  installation.disk.putFile(MAIN_WRAPPER, "");
  installation.host.table.start(1, { argv: ["s6-svscan"], command: "s6-svscan" });
  const { manager, findings } = await examineAll(installation);
  expect(manager).toBe("s6 (container supervisor), booting");
  expect(findings).toMatchObject([
    {
      check: "boot",
      severity: "problem",
      message: "nothing else was checked",
      cause: "the container is still booting",
      remedy: "run `hermes doctor` again in a moment",
    },
  ]);
});

test("examine() leaves out checks that do not apply without a service manager", async () => {
  const { host, agent } = makeInstallation();
  const { findings } = await examine({
    host,
    root: ROOT,
    agent,
    gateways: createGateways(host, ROOT, createNoServiceManager()),
  });
  expect([...new Set(findings.map(({ check }) => check))].toSorted()).toEqual([
    "configuration",
    "directories",
    "disk",
    "ownership",
    "ports",
    "profiles",
    "state-files",
    "writable",
  ]);
});

test("examine() runs no checks of gateways if the container's command is the dashboard", async () => {
  const installation = makeInstallation();
  const { host, s6, disk } = installation;
  s6.services.delete("/run/service/gateway-coder");
  disk.removeForTest("/run/service/gateway-coder");
  const faults = async () =>
    (await examineAll(installation)).findings.filter(({ severity }) => severity !== "ok");
  expect(await faults()).toMatchObject([{ check: "slots" }]);
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, "dashboard"] });
  expect(await faults()).toEqual([]);
});

test("examine() sorts problems first, then warnings, then passed checks", async () => {
  const installation = makeInstallation();
  installation.disk.putDirectory("/vol/profiles/notes");
  installation.disk.putFile("/vol/profiles/coder/gateway_state.json", "{");
  const severities = (await examineAll(installation)).findings.map(({ severity }) => severity);
  expect(severities.slice(0, 3)).toEqual(["problem", "warning", "ok"]);
});

const finding = (message: string, run: (() => Promise<unknown>) | null): NamedFinding => ({
  check: "slots",
  title: "Slots",
  severity: "problem",
  message,
  cause: "not known",
  remedy: "register it",
  repair: run === null ? null : { action: `registered ${message}`, run },
});

test("repairAll() runs the repairs in order, and continues after a failure", async () => {
  const { host } = makeInstallation();
  const order: string[] = [];
  const findings = [
    finding("a", async () => order.push("a")),
    finding("b", null),
    finding("c", async () => {
      order.push("c");
      throw new Error("s6-svscan has no place left");
    }),
    finding("d", async () => order.push("d")),
  ];
  expect(await repairAll(host, findings)).toEqual([
    { check: "slots", message: "a", action: "registered a", error: null },
    {
      check: "slots",
      message: "c",
      action: "registered c",
      error: "s6-svscan has no place left",
    },
    { check: "slots", message: "d", action: "registered d", error: null },
  ]);
  expect(order).toEqual(["a", "c", "d"]);
});
