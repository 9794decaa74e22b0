import { expect, test } from "bun:test";
import { HERMES_BOOT } from "../../../../src/cli/command-table.ts";
import { runCommandLine } from "../../../../src/cli/runner.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot service-finish main-hermes ends the container with the program's exit code", async () => {
  const host = container();
  host.disk.putDirectory("/run/s6-linux-init-container-results");
  host.table.install("halt", () => ({}));
  expect(await hermesBoot(host, "service-finish", "main-hermes", "--", "256", "15")).toMatchObject({
    code: 125,
  });
  expect(host.disk.text("/run/s6-linux-init-container-results/exitcode")).toBe("143\n");
  expect(host.table.commands).toContainEqual(["/run/s6/basedir/bin/halt"]);
});

test.each([
  ["a dashboard that refuses its settings", "78", false],
  ["a dashboard that the boot has disabled", "1", true],
])("hermes-boot service-finish keeps %s down", async (_case, code, isDisabled) => {
  const host = container();
  host.disk.putDirectory("/run/service/dashboard");
  if (isDisabled) host.disk.putFile("/run/service/dashboard/disabled", "");
  const outcome = await hermesBoot(host, "service-finish", "dashboard", "--", code, "0");
  expect(outcome).toEqual({ code: 125, stdout: "", notes: [] });
});

test("hermes-boot service-finish lets s6 start a dashboard that crashed again, within limits", async () => {
  const host = container();
  host.disk.putFile("/command/s6-permafailon", "", { mode: 0o755 });
  const words = ["service-finish", "dashboard", "--", "1", "0"];
  const ended = runCommandLine(host, HERMES_BOOT, words);
  expect(ended).rejects.toThrow("became /command/s6-permafailon");
  await ended.catch(() => undefined);
});
