import { expect, test } from "bun:test";
import { readLastLine } from "../../../src/logs/last-line.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const LOG = "/vol/logs/gateways/coder/current";
const SINCE = Date.parse("2026-11-20T08:00:00Z");
const at = (time: string, text: string) => `2026-11-20 ${time}.000000000  ${text}\n`;

function written(text: string): FakeHost {
  const host = new FakeHost();
  host.disk.putFile(LOG, text);
  return host;
}

const read = (host: FakeHost) => readLastLine(host, "/vol", CODER, SINCE);

test("readLastLine() returns the last line that is not empty", async () => {
  const host = written(`${at("08:00:01", "first")}${at("08:00:02", "last")}${at("08:00:03", " ")}`);
  expect(await read(host)).toBe("last");
});

test("readLastLine() returns null for earlier lines, and without a log", async () => {
  expect(await read(written(at("07:59:59", "of the process before")))).toBeNull();
  expect(await read(new FakeHost())).toBeNull();
});

test("readLastLine() waits a moment for the logger", async () => {
  const host = written("");
  host.clock.after(100, () => host.disk.putFile(LOG, at("08:00:01", "late")));
  expect(await read(host)).toBe("late");
});

test("readLastLine() makes a line printable, and shortens it", async () => {
  const line = await read(written(at("08:00:01", `\u001B[31mred\u0007${"x".repeat(5000)}`)));
  expect(line).toStartWith("[31mred x");
  expect(line).toHaveLength(200);
});
