import { expect, test } from "bun:test";
import { createFollower } from "../../../src/logs/follow.ts";
import { createStampedParser } from "../../../src/logs/line.ts";
import { readLogs } from "../../../src/logs/log-set.ts";
import { bootLog, gatewayLog } from "../../../src/logs/source.ts";
import { readTail } from "../../../src/logs/tail.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const DIRECTORY = "/vol/logs/gateways/coder";
const CURRENT = `${DIRECTORY}/current`;
const parser = createStampedParser(() => 0);

/** The second number `second` of a day, as s6-log writes it. */
function stamped(second: number, text = String(second)): string {
  const time = new Date(second * 1000).toISOString().slice(11, 19);
  return `2026-11-20 ${time}.000000000  ${text}\n`;
}

function log() {
  const host = new FakeHost();
  const source = gatewayLog(host, "/vol", profileName("coder"));
  const append = (...seconds: readonly number[]) =>
    host.files.appendToFile(CURRENT, seconds.map((second) => stamped(second)).join(""), 0o644);
  let archives = 0;
  /** As s6-log does when `current` is full. */
  const rotate = () => {
    archives += 1;
    const label = `@4000000069${archives.toString(16).padStart(14, "0")}`;
    host.files.rename(CURRENT, `${DIRECTORY}/previous`);
    host.files.rename(`${DIRECTORY}/previous`, `${DIRECTORY}/${label}.s`);
    host.files.appendToFile(CURRENT, "", 0o644);
    return `${DIRECTORY}/${label}.s`;
  };
  const tail = (lines: number, since: number | null = null, bytes = 1e9) =>
    readTail(host, source, { lines, since, bytes }, parser);
  host.disk.putDirectory(DIRECTORY);
  return { host, source, append, rotate, tail };
}

const numbers = (lines: readonly { readonly text: string }[]) =>
  lines.map(({ text }) => Number(text));

test("readTail() reads the last lines, across the archives", () => {
  const { append, rotate, tail } = log();
  append(1, 2, 3);
  rotate();
  append(4, 5);
  rotate();
  append(6);
  expect(numbers(tail(2).lines)).toEqual([5, 6]);
  expect(numbers(tail(5).lines)).toEqual([2, 3, 4, 5, 6]);
  expect(numbers(tail(Infinity).lines)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(tail(0).lines).toEqual([]);
});

test("readTail() reads nothing older than wanted", () => {
  const { append, rotate, tail } = log();
  append(1, 2, 3);
  rotate();
  append(4, 5);
  const since = Date.UTC(2026, 10, 20, 0, 0, 3);
  expect(numbers(tail(Infinity, since).lines)).toEqual([3, 4, 5]);
  expect(numbers(tail(1, since).lines)).toEqual([5]);
  expect(tail(Infinity, since + 60_000).lines).toEqual([]);
});

test("readTail() reads a long log from its end, and lines longer than a block", () => {
  const { host, tail } = log();
  const long = "x".repeat(200_000);
  const text = Array.from({ length: 40_000 }, (_, index) => stamped(index)).join("");
  host.disk.putFile(CURRENT, `${text}${stamped(50_000, long)}${stamped(50_001)}`);
  const { lines } = tail(3);
  expect(lines.map((line) => line.text)).toEqual(["39999", long, "50001"]);
  const before = host.disk.bytesRead;
  tail(1);
  expect(host.disk.bytesRead - before).toBeLessThan(300_000);
});

test("readTail() reads no further back than the time that is wanted", () => {
  const { host, tail } = log();
  host.disk.putFile(CURRENT, Array.from({ length: 80_000 }, (_, index) => stamped(index)).join(""));
  const since = Date.UTC(2026, 10, 20) + 79_990_000;
  expect(numbers(tail(Infinity, since).lines)).toHaveLength(10);
  expect(host.disk.bytesRead).toBeLessThan(200_000);
});

test("readTail() reads a file once that is renamed while it looks", () => {
  const { host, append, tail } = log();
  append(1, 2);
  host.files.linkFile(CURRENT, `${DIRECTORY}/@400000006900000000000001.s`);
  expect(numbers(tail(Infinity).lines)).toEqual([1, 2]);
});

test("readTail() says that it left out what is too much", () => {
  const { host, tail } = log();
  host.disk.putFile(CURRENT, Array.from({ length: 40_000 }, (_, index) => stamped(index)).join(""));
  const cut = tail(Infinity, null, 100_000);
  expect(cut.cut).toBe(true);
  expect(numbers(cut.lines).at(-1)).toBe(39_999);
  expect(cut.lines.length).toBeWithin(1000, 20_000);
  expect(tail(10).cut).toBe(false);
});

test("readTail() follows no link, and says why there is nothing", () => {
  const { host, tail } = log();
  host.disk.putFile("/etc/shadow", "secret\n");
  host.disk.putLink(CURRENT, "/etc/shadow");
  host.disk.putLink(`${DIRECTORY}/@400000006900000000000001.s`, "/etc/shadow");
  expect(tail(10)).toMatchObject({ lines: [], trouble: `${CURRENT}: is a link` });
});

test("readLogs() of a log that was never written is empty", () => {
  const host = new FakeHost();
  const source = gatewayLog(host, "/vol", profileName("coder"));
  expect(readLogs(host, [source], { lines: 10, since: null })).toMatchObject({
    lines: [],
    unreadable: [],
    warnings: [],
  });
});

test("readLogs() takes a last line without an end where nobody reads on", () => {
  const host = new FakeHost();
  const source = gatewayLog(host, "/vol", profileName("coder"));
  host.disk.putFile(source.current, `${stamped(1)}not ended`);
  const textsOf = (unfinished: boolean) =>
    readLogs(host, [source], { lines: 10, since: null, unfinished }).lines.map(({ text }) => text);
  expect(textsOf(true)).toEqual(["1", "not ended"]);
  expect(textsOf(false)).toEqual(["1"]);
});

test("readLogs() takes the last lines of all logs together", () => {
  const { host, source, append } = log();
  append(1, 3, 5);
  const writer = gatewayLog(host, "/vol", profileName("writer"));
  host.disk.putFile(writer.current, stamped(2) + stamped(4));
  const { lines } = readLogs(host, [source, writer], { lines: 3, since: null });
  expect(lines.map(({ source: name, text }) => name + text)).toEqual([
    "coder3",
    "writer4",
    "coder5",
  ]);
});

test("readLogs() reads the boot log and the one put aside", () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/logs/container-boot.log.1", "2026-11-20T07:23:05+0000 profile=a\n");
  host.disk.putFile("/vol/logs/container-boot.log", "2026-11-20T07:24:05+0000 profile=b\n");
  const { lines } = readLogs(host, [bootLog("/vol")], { lines: 10, since: null });
  expect(lines.map(({ text }) => text)).toEqual(["profile=a", "profile=b"]);
});

/** Follows from the end of the log as it is now. */
function follow({ host, source, tail }: ReturnType<typeof log>) {
  const follower = createFollower(host, source, tail(0).current, parser);
  return () => {
    const { lines, lost } = follower.look();
    return { seen: numbers(lines), lost };
  };
}

test("createFollower() shows each line once, when it is complete", () => {
  const world = log();
  world.append(1, 2);
  const look = follow(world);
  expect(look().seen).toEqual([]);
  world.append(3);
  expect(look().seen).toEqual([3]);
  const line = stamped(4);
  world.host.files.appendToFile(CURRENT, line.slice(0, 25), 0o644);
  expect(look().seen).toEqual([]);
  world.host.files.appendToFile(CURRENT, line.slice(25), 0o644);
  expect(look().seen).toEqual([4]);
});

test("createFollower() begins with what was half written when the tail was read", () => {
  const world = log();
  world.append(1);
  world.host.files.appendToFile(CURRENT, stamped(2).slice(0, 20), 0o644);
  const look = follow(world);
  world.host.files.appendToFile(CURRENT, stamped(2).slice(20), 0o644);
  expect(look().seen).toEqual([2]);
});

test("createFollower() follows over rotations, however many, and over a restart of the logger", () => {
  const world = log();
  world.append(1);
  const look = follow(world);
  world.append(2);
  world.rotate();
  world.append(3);
  expect(look()).toEqual({ seen: [2, 3], lost: false });
  world.append(4);
  world.rotate();
  world.append(5, 6);
  world.rotate();
  world.append(7);
  world.rotate();
  world.append(8);
  expect(look()).toEqual({ seen: [4, 5, 6, 7, 8], lost: false });
  expect(look()).toEqual({ seen: [], lost: false });
});

test("createFollower() looks again where a rename falls between its looks at two names", async () => {
  const world = log();
  world.append(1);
  let blind = 1;
  const listOlder = () => {
    blind -= 1;
    return blind >= 0 ? [] : world.source.listOlder();
  };
  const follower = createFollower(
    world.host,
    { ...world.source, listOlder },
    world.tail(0).current,
    parser,
  );
  world.append(2);
  world.rotate();
  world.append(3);
  const { lines, lost } = follower.look();
  expect({ seen: numbers(lines), lost }).toEqual({ seen: [2, 3], lost: false });
});

test("createFollower() begins anew with a file that somebody emptied", () => {
  const world = log();
  world.append(1, 2, 3);
  const look = follow(world);
  world.host.disk.emptyForTest(CURRENT);
  world.append(4);
  expect(look().seen).toEqual([4]);
});

test("createFollower() says when a file went away before it was read", () => {
  const world = log();
  world.append(1);
  const look = follow(world);
  world.append(2);
  const first = world.rotate();
  world.append(3);
  world.rotate();
  world.host.files.removeFile(first);
  world.append(4);
  // Of what went away it has the rest, for it had it open.
  expect(look()).toEqual({ seen: [2, 3, 4], lost: true });
  expect(look()).toEqual({ seen: [], lost: false });
});

test("createFollower() begins with a log that comes into being", () => {
  const world = log();
  const look = follow(world);
  expect(look().seen).toEqual([]);
  world.append(1);
  expect(look().seen).toEqual([1]);
});
