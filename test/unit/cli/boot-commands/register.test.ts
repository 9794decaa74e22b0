import { expect, test } from "bun:test";
import { hermesBoot } from "../../../support/command-line.ts";
import { HERMES } from "../../../support/fake-host.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot register takes a profile that exists", async () => {
  const host = container();
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  expect(await hermesBoot(host, "register", "coder")).toEqual({ code: 0, stdout: "", notes: [] });
  expect(host.disk.has("/run/service/gateway-coder/down")).toBe(true);
});

test.each([
  [["register", "typo"], 4, "✗ Cannot register gateway 'typo': no such profile"],
  [["unregister", "typo"], 4, "✗ Cannot unregister gateway 'typo': no such gateway"],
  [["unregister", "default"], 1, "✗ Refused: the default gateway is always registered"],
  [["register", "--", "../x"], 2, "✗ Refused: invalid profile name '../x'"],
])("hermes-boot refuses %j and changes nothing", async (words, code, message) => {
  const host = container();
  const before = host.disk.snapshot();
  const outcome = await hermesBoot(host, ...words);
  expect(outcome.code).toBe(code);
  expect(outcome.notes[0]).toStartWith(message);
  expect(host.disk.snapshot()).toEqual(before);
});

test("hermes-boot register as root asks a child that is hermes whether the profile exists", async () => {
  const host = container({ uid: 0, users: [HERMES] });
  host.table.install("hermes-boot", (args) => ({ exitCode: args.at(-1) === "coder" ? 0 : 1 }));
  expect((await hermesBoot(host, "register", "coder")).code).toBe(0);
  expect((await hermesBoot(host, "register", "typo")).code).toBe(4);
  expect(host.table.commands).toContainEqual([
    "/usr/local/bin/hermes-boot",
    "volume",
    "has",
    "coder",
  ]);
});
