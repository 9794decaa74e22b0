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

test("readSoul() follows a link as hermes, as an orchestrator mounts files, and refuses it as root", () => {
  const host = new FakeHost();
  host.disk.putFile("/config/..data/SOUL.md", "You are brief.");
  host.disk.putLink(PATH, "/config/..data/SOUL.md");
  expect(readSoul(host, "/vol")).toBe("You are brief.");
  host.disk.followsLinks = false;
  const message = `Cannot use ${PATH}: is a link, and root follows none`;
  expect(() => readSoul(host, "/vol")).toThrow(expect.objectContaining({ message, exitCode: 78 }));
});

test("readSoul() refuses a link that leads nowhere, and a file that is too long", () => {
  const host = new FakeHost();
  host.disk.putLink(PATH, "/nowhere");
  expect(() => readSoul(host, "/vol")).toThrow(`Cannot use ${PATH}: is a link that leads nowhere`);
  const large = new FakeHost();
  large.disk.putFile(PATH, "", { size: 10_000_000 });
  expect(() => readSoul(large, "/vol")).toThrow("is larger than 262144 bytes");
});
