import { expect, test } from "bun:test";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test.each(["soon", "-1", "1.5", "12345678"])(
  "hermes-boot kill-rest refuses the grace time '%s' and ends nothing",
  async (grace) => {
    const host = container();
    host.table.start(12, { command: "sleep", parent: 1 });
    const { code, notes } = await hermesBoot(host, "kill-rest", "--", grace);
    expect({ code, note: notes[0] }).toEqual({
      code: 2,
      note: `✗ '${grace}' is not a number of milliseconds`,
    });
    expect(host.table.signals).toEqual([]);
  },
);

test("hermes-boot kill-rest gives processes the milliseconds that are asked for", async () => {
  const host = container();
  host.disk.putFile("/proc/self/cgroup", "0::/\n");
  host.table.start(1, { command: "s6-svscan", startTime: 5 });
  host.table.start(12, { command: "stubborn", parent: 1, onSignal: (name) => name === "SIGKILL" });
  expect((await hermesBoot(host, "kill-rest", "2500")).code).toBe(0);
  expect(host.table.signals).toContain("12 SIGKILL");
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(2500);
  expect(host.clock.elapsed()).toBeLessThan(5000);
});
