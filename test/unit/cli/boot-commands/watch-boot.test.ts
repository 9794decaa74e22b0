import { expect, test } from "bun:test";
import { MAIN_WRAPPER, OVERLAY_BOOT } from "../../../../src/core/image.ts";
import { recordBooted } from "../../../../src/services/boot-phase.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { FakeHost } from "../../../support/fake-host.ts";

const RESULTS = "/run/s6-linux-init-container-results";

function booting(environment: Readonly<Record<string, string>> = {}): FakeHost {
  const host = new FakeHost({ environment });
  host.disk.putFile(MAIN_WRAPPER, "");
  host.disk.putDirectory("/run/hermes-boot");
  host.disk.putDirectory(RESULTS);
  host.table.install("halt", () => ({}));
  host.table.start(1, { command: "s6-svscan", argv: ["s6-svscan"] });
  return host;
}

test("hermes-boot watch-boot leaves a container that has booted alone", async () => {
  const host = booting();
  host.disk.putDirectory("/run/hermes-registrar");
  recordBooted(host);
  expect(await hermesBoot(host, "watch-boot")).toEqual({ code: 0, stdout: "", notes: [] });
  expect(host.disk.has(`${RESULTS}/exitcode`)).toBe(false);
});

test("hermes-boot watch-boot ends a container whose boot is dead, or takes too long, and says which", async () => {
  const dead = booting();
  const slow = booting({ HERMES_BOOT_TIMEOUT: "20" });
  slow.table.start(17, { argv: ["/bin/sh", "-e", OVERLAY_BOOT, "top"] });
  for (const [host, message, hint] of [
    [dead, "the init's script that starts the services has failed", "its words are above"],
    [slow, "the container is still booting after 20 s", "a script in /etc/cont-init.d or a"],
  ] as const) {
    const { code, notes } = await hermesBoot(host, "watch-boot");
    expect(code).toBe(1);
    expect(notes[0]).toBe(`✗ Cannot boot: ${message}`);
    expect(notes[1]).toStartWith(`  Hint: ${hint}`);
    expect(host.disk.text(`${RESULTS}/exitcode`)).toBe("1\n");
  }
});
