import { expect, test } from "bun:test";
import { readSoul } from "../../../src/agent/soul.ts";
import { FakeHost } from "../../support/fake-host.ts";

const PATH = "/vol/SOUL.md";

test("readSoul() is the text of SOUL.md; nothing in it is no prompt", () => {
  const host = new FakeHost();
  expect(readSoul(host, "/vol")).toBeNull();
  host.disk.putFile(PATH, "\n \n");
  expect(readSoul(host, "/vol")).toBeNull();
  host.disk.putFile(PATH, "# Who\n\nYou are brief.\n");
  expect(readSoul(host, "/vol")).toBe("# Who\n\nYou are brief.");
});

test("readSoul() refuses a link, whose target would be sent away, and what is too long", () => {
  const host = new FakeHost();
  host.disk.putFile("/etc/shadow", "root:x");
  host.disk.putLink(PATH, "/etc/shadow");
  expect(() => readSoul(host, "/vol")).toThrow(
    expect.objectContaining({ message: `Cannot use ${PATH}: is a link`, exitCode: 78 }),
  );
  const large = new FakeHost();
  large.disk.putFile(PATH, "", { size: 10_000_000 });
  expect(() => readSoul(large, "/vol")).toThrow("is larger than 262144 bytes");
});
