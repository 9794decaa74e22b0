import { expect, test } from "bun:test";
import { EMPTY_RECORD, writeExitRecord } from "../../../../src/gateway/record/exit-record.ts";
import { TEST_UPTIME } from "../../../support/fake-clock.ts";
import { profileName } from "../../../support/names.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot before-start prints the seconds to wait", async () => {
  const host = container();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.table.start(50);
  expect(await hermesBoot(host, "before-start", "coder", "50")).toEqual({
    code: 0,
    stdout: "0\n",
    notes: [],
  });
  writeExitRecord(host, profileName("coder"), {
    ...EMPTY_RECORD,
    backoffUntil: TEST_UPTIME + 1500,
  });
  expect((await hermesBoot(host, "before-start", "coder", "50")).stdout).toBe("1.5\n");
});
