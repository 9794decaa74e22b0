import { expect, test } from "bun:test";
import { OVERLAY_INIT } from "../../../../src/core/image.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { HERMES, type FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";
import { container } from "../../../support/boot-container.ts";

/** A container before its init, in the image as it is built. */
function beforeInit(options: FakeHostOptions = {}): FakeHost {
  const host = container({ uid: 0, users: [HERMES], directory: "/srv", ...options });
  host.disk.putFile("/proc/self/status", "CapEff:\t00000000000000ff\n");
  host.disk.putFile("/etc/group", "root:x:0:\nhermes:x:10000:\n");
  host.disk.putFifo("/run/service/.s6-svscan/control", "absent");
  host.table.install("hermes-boot", () => ({}));
  host.table.install("chown", () => ({}));
  return host;
}

test("hermes-boot enter clears /run and prints which init to become", async () => {
  const host = beforeInit();
  host.disk.putFile(OVERLAY_INIT, "");
  host.disk.putFile("/run/hermes-boot/booted.json", "{}");
  expect(await hermesBoot(host, "enter", "1")).toEqual({ code: 0, stdout: "overlay\n", notes: [] });
  expect(host.disk.has("/run/hermes-boot/booted.json")).toBe(false);
  expect(host.disk.text("/run/hermes-boot/work-directory")).toBe("/srv\n");
  expect((await hermesBoot(host, "enter", "7")).stdout).toBe("fallback\n");
});

test("hermes-boot enter exits 1 if something is missing, with the flag that gives it, and touches nothing", async () => {
  const host = beforeInit();
  host.disk.putFile("/proc/self/status", "CapEff:\t000000000000007f\n");
  const { code, stdout, notes } = await hermesBoot(host, "enter", "1");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(notes).toContain("✗ Cannot drop from root to hermes: the capability SETUID is missing");
  expect(host.disk.has("/run/hermes-boot")).toBe(false);
});

test("hermes-boot enter warns of what a container can do without", async () => {
  const host = beforeInit();
  host.disk.putFile("/proc/self/status", "CapEff:\t00000000000000e0\n");
  expect(await hermesBoot(host, "enter", "1")).toEqual({
    code: 0,
    stdout: "fallback\n",
    notes: [
      "warning: Cannot give files of root's on the volume to hermes: the capability CHOWN is missing",
      "  Hint: add --cap-add CHOWN to docker run, or run rootless with --user 10000:10000",
    ],
  });
});
