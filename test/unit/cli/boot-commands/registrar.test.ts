import { expect, test } from "bun:test";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot registrar registers a profile that exists, and unregisters it", async () => {
  const host = container();
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  for (const [verb, isThere] of [
    ["register", true],
    ["unregister", false],
  ] as const) {
    const outcome = await hermesBoot(host, "registrar", verb, "coder");
    expect(outcome).toEqual({ code: 0, stdout: "", notes: [] });
    expect(host.disk.has("/run/service/gateway-coder/down")).toBe(isThere);
  }
});

test("hermes-boot registrar takes no gateway away that only root may control", async () => {
  const host = container({ uid: 0 });
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  await hermesBoot(host, "register", "coder");
  const control = "/run/service/gateway-coder/supervise/control";
  host.disk.putFile(control, "", { uid: 0, mode: 0o600 });
  const { code, notes } = await hermesBoot(host, "registrar", "unregister", "coder");
  expect(code).toBe(1);
  expect(notes[0]).toStartWith("✗ Cannot unregister gateway 'coder': ");
  expect(host.disk.has("/run/service/gateway-coder/run")).toBe(true);
});

test.each([
  [["register", "--help"], 2, "✗ Refused: invalid profile name '--help'"],
  [["register", "../x"], 2, "✗ Refused: invalid profile name '../x'"],
  [["--help"], 2, "✗ Refused: the registrar takes"],
  [[], 2, "✗ Refused: the registrar takes"],
  [["register", "a", "b"], 2, "✗ Refused: the registrar takes"],
])("hermes-boot registrar refuses %j and changes nothing", async (words, code, message) => {
  const host = container();
  const before = host.disk.snapshot();
  const outcome = await hermesBoot(host, "registrar", ...words);
  expect(outcome.code).toBe(code);
  expect(outcome.notes[0]).toStartWith(message);
  expect(host.disk.snapshot()).toEqual(before);
});
