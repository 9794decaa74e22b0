import { expect, test } from "bun:test";
import { followLines, openLineReader } from "../../../src/logs/line-reader.ts";
import { FakeHost } from "../../support/fake-host.ts";

const LOG = "/log";

/** The next `count` lines. */
async function take(lines: AsyncGenerator<string>, count: number): Promise<readonly string[]> {
  const taken: string[] = [];
  while (taken.length < count) taken.push(String((await lines.next()).value));
  return taken;
}

test("readLines() returns each line once, when it is complete", () => {
  const host = new FakeHost();
  expect(openLineReader(host, LOG)).toBeNull();
  host.disk.putFile(LOG, "one\ntw");
  const reader = openLineReader(host, LOG);
  expect(reader?.readLines()).toEqual(["one"]);
  expect(reader?.readLines()).toEqual([]);
  host.files.appendToFile(LOG, "o\nthree\n", 0o644);
  expect(reader?.readLines()).toEqual(["two", "three"]);
});

test("readLines() joins a character that two reads split", () => {
  const host = new FakeHost();
  const text = `${"x".repeat(16_383)}ü\n`;
  host.disk.putFile(LOG, text);
  expect(openLineReader(host, LOG)?.readLines()).toEqual([text.trim()]);
});

test("readLines() drops a line without an end", () => {
  const host = new FakeHost();
  host.disk.putFile(LOG, `${"x".repeat(2_000_000)}\nnext\n`);
  const lines = openLineReader(host, LOG)?.readLines() ?? [];
  expect(lines.at(-1)).toBe("next");
  expect(lines[0]?.length).toBeLessThan(1_000_000);
});

test("readLines() starts again if the file was truncated", () => {
  const host = new FakeHost();
  host.disk.putFile(LOG, "one\ntwo\n");
  const reader = openLineReader(host, LOG);
  reader?.readLines();
  host.disk.truncate(LOG);
  host.files.appendToFile(LOG, "three\n", 0o644);
  expect(reader?.readLines()).toEqual(["three"]);
});

test("followLines() waits for a file and its lines, and continues with the next file", async () => {
  const host = new FakeHost();
  host.clock.after(300, () => host.disk.putFile(LOG, "one\n"));
  host.clock.after(700, () => host.files.appendToFile(LOG, "two\n", 0o644));
  host.clock.after(1000, () => {
    host.files.appendToFile(LOG, "three\n", 0o644);
    host.files.rename(LOG, `${LOG}.1`);
  });
  // Somebody who had opened it under its old name.
  host.clock.after(1100, () => host.files.appendToFile(`${LOG}.1`, "four\n", 0o644));
  host.clock.after(1100, () => host.disk.putFile(LOG, "five\n"));
  host.clock.after(2000, () => host.files.appendToFile(LOG, "six\n", 0o644));
  const lines = followLines(host, [LOG], null);
  expect(await take(lines, 6)).toEqual(["one", "two", "three", "four", "five", "six"]);
  await lines.return(undefined);
});

test("followLines() reads every log that was rotated meanwhile", async () => {
  const host = new FakeHost();
  host.disk.putFile(LOG, "one\n");
  const lines = followLines(host, [`${LOG}.3`, `${LOG}.2`, `${LOG}.1`, LOG], null);
  expect(await take(lines, 1)).toEqual(["one"]);
  host.files.rename(LOG, `${LOG}.3`);
  host.disk.putFile(`${LOG}.2`, "two\n");
  host.disk.putFile(`${LOG}.1`, "three\n");
  host.disk.putFile(LOG, "four\n");
  expect(await take(lines, 3)).toEqual(["two", "three", "four"]);
  await lines.return(undefined);
});

test("followLines() repeats no line if the log is removed or comes back", async () => {
  const host = new FakeHost();
  host.disk.putFile(`${LOG}.1`, "old\n");
  host.disk.putFile(LOG, "one\n");
  const lines = followLines(host, [`${LOG}.1`, LOG], null);
  expect(await take(lines, 1)).toEqual(["one"]);
  host.clock.after(300, () => host.files.rename(LOG, "/elsewhere"));
  host.clock.after(450, () => host.files.rename("/elsewhere", LOG));
  host.clock.after(900, () => host.files.appendToFile(LOG, "two\n", 0o644));
  host.clock.after(1200, () => host.disk.removeForTest(LOG));
  host.clock.after(2500, () => host.disk.putFile(LOG, "three\n"));
  expect(await take(lines, 2)).toEqual(["two", "three"]);
  await lines.return(undefined);
});
