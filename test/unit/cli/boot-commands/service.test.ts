import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../../src/core/image.ts";
import { runCommandLine } from "../../../../src/cli/runner.ts";
import { HERMES_BOOT } from "../../../../src/cli/command-table.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { HERMES } from "../../../support/fake-host.ts";
import { container } from "../../../support/boot-container.ts";

/** What a promise is rejected with. */
function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}

test("hermes-boot service exits 0 at once if the boot has disabled the service", async () => {
  const host = container();
  host.disk.putFile("/run/service/dashboard/disabled", "");
  expect(await hermesBoot(host, "service", "dashboard")).toMatchObject({ code: 0, stdout: "" });
});

test("hermes-boot service becomes the dashboard as hermes, and main-hermes as it is", async () => {
  const host = container({ uid: 0, users: [HERMES] });
  host.disk.putFile(MAIN_WRAPPER, "");
  const become = (name: string) => runCommandLine(host, HERMES_BOOT, ["service", name]);
  expect(await caught(become("main-hermes"))).toMatchObject({ command: [MAIN_WRAPPER] });
  expect(host.users.currentUid()).toBe(0);
  expect(await caught(become("dashboard"))).toMatchObject({
    command: ["/usr/local/bin/hermes", "dashboard"],
  });
  expect(host.users.currentUid()).toBe(HERMES.uid);
});

test("hermes-boot service refuses what is no service of the image", async () => {
  expect(await hermesBoot(container(), "service", "gateway-coder")).toMatchObject({ code: 2 });
});
