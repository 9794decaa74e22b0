import { expect, test } from "bun:test";
import { runCommandLine } from "../../../../src/cli/runner.ts";
import { HERMES_BOOT } from "../../../../src/cli/command-table.ts";
import { logCommand } from "../../../../src/services/image/logger/log-command.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot log becomes s6-log, which outlives a SIGTERM to everybody", async () => {
  const host = container();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  const log = runCommandLine(host, HERMES_BOOT, ["log", "coder"]);
  const words = logCommand(host, "/vol/logs/gateways/coder").join(" ");
  expect(log).rejects.toThrow(`became ${words}`);
  await log.catch(() => undefined);
  expect(words).toContain("/command/s6-log -qp -- ");
  expect(host.disk.has("/run/hermes/gateway-coder.log.up")).toBe(true);
});
