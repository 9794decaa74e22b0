import { expect, test } from "bun:test";
import { createFollower } from "../../../src/logs/follower.ts";
import { readLogs } from "../../../src/logs/log-set.ts";
import { bootLog, gatewayLog } from "../../../src/logs/log-source.ts";
import { readLog } from "../../../src/logs/read-log.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { takeAll } from "../../support/log-lines.ts";
import { profileName } from "../../support/names.ts";

const DIRECTORY = "/vol/logs/gateways/coder";
const CURRENT = `${DIRECTORY}/current`;
const SHARE = { blockBytes: 65_536, held: 10 };

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
  /** As s6-log does when `current` is full: on the second `closedAt` of the day, or one after the other. */
  const rotate = (closedAt = 86_300 + archives) => {
    archives += 1;
    const seconds = Date.UTC(2026, 10, 20) / 1000 + closedAt + 37;
    const label = `@${(2n ** 62n + BigInt(seconds)).toString(16)}${archives.toString(16).padStart(8, "0")}`;
    host.files.rename(CURRENT, `${DIRECTORY}/previous`);
    host.files.rename(`${DIRECTORY}/previous`, `${DIRECTORY}/${label}.s`);
    host.files.appendToFile(CURRENT, "", 0o644);
    return `${DIRECTORY}/${label}.s`;
  };
  const tail = (lines: number, since: number | null = null, unfinished = false) => {
    const reading = readLog(host, source, { lines, since, unfinished }, SHARE);
    return { ...reading, lines: takeAll(reading.next) };
  };
  host.disk.putDirectory(DIRECTORY);
  return { host, source, append, rotate, tail };
}

const numbers = (lines: readonly { readonly text: string }[]) =>
  lines.map(({ text }) => Number(text));

test("readLog() reads the last lines, across the archives", () => {
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

test("readLog() reads nothing older than `since`", () => {
  const { append, rotate, tail } = log();
  append(1, 2, 3);
  rotate();
  append(4, 5);
  const since = Date.UTC(2026, 10, 20, 0, 0, 3);
  expect(numbers(tail(Infinity, since).lines)).toEqual([3, 4, 5]);
  expect(numbers(tail(1, since).lines)).toEqual([5]);
  expect(tail(Infinity, since + 60_000).lines).toEqual([]);
});

test("readLog() reads a long log from its end, and lines longer than a block", () => {
  const { host, tail } = log();
  const long = "x".repeat(200_000);
  const text = Array.from({ length: 40_000 }, (_, index) => stamped(index)).join("");
  host.disk.putFile(CURRENT, `${text}${stamped(50_000, long)}${stamped(50_001)}`);
  const { lines } = tail(3);
  const parts = lines.map(({ text: part }) => part);
  expect([parts[0], parts.slice(1, -1).join(""), parts.at(-1)]).toEqual(["39999", long, "50001"]);
  const before = host.disk.bytesRead;
  tail(1);
  expect(host.disk.bytesRead - before).toBeLessThan(300_000);
});

test("readLog() reads no further back than `since`", () => {
  const { host, tail } = log();
  host.disk.putFile(CURRENT, Array.from({ length: 80_000 }, (_, index) => stamped(index)).join(""));
  const since = Date.UTC(2026, 10, 20) + 79_990_000;
  expect(numbers(tail(Infinity, since).lines)).toHaveLength(10);
  // Times may be two hours out of order.
  expect(host.disk.bytesRead).toBeLessThan(500_000);
});

test("readLog() reads a file once that is renamed meanwhile", () => {
  const { host, source, append, rotate } = log();
  append(1, 2);
  rotate();
  append(3, 4);
  let rotations = 0;
  const listOlder = () => {
    // Full, and full again, between the looks at the file and at the names.
    for (; rotations < 2; rotations += 1) {
      rotate();
      append(5);
    }
    return source.listOlder();
  };
  const wanted = { lines: Infinity, since: null, unfinished: true };
  const { next, end } = readLog(host, { ...source, listOlder }, wanted, SHARE);
  expect(numbers(takeAll(next))).toEqual([1, 2, 3, 4]);
  const follower = createFollower(host, source, end);
  expect(numbers(takeAll(follower.readNew()))).toEqual([5, 5]);
});

test("readLog() reads a file that s6-log is archiving, under each of its names", () => {
  const { host, source, append } = log();
  append(1, 2);
  const previous = `${DIRECTORY}/previous`;
  host.files.rename(CURRENT, previous);
  let looks = 0;
  const listOlder = () => {
    const names = source.listOlder();
    looks += 1;
    if (looks === 1) host.files.rename(previous, `${DIRECTORY}/@400000006b0c84a70cc23caf.s`);
    return names;
  };
  const wanted = { lines: Infinity, since: null, unfinished: true };
  const { next, olderErrors } = readLog(host, { ...source, listOlder }, wanted, SHARE);
  expect({ seen: numbers(takeAll(next)), olderErrors }).toEqual({ seen: [1, 2], olderErrors: [] });
});

test("readLog() reads the files that it found, even if they are rotated away", () => {
  const { host, source, append, rotate } = log();
  append(1);
  const oldest = rotate();
  append(2);
  rotate();
  append(3);
  const wanted = { lines: Infinity, since: null, unfinished: true };
  const { next } = readLog(host, source, wanted, SHARE);
  const first = next();
  host.files.removeFile(oldest);
  append(4);
  rotate();
  append(5);
  expect([first?.text, ...numbers(takeAll(next))]).toEqual(["1", 2, 3]);
});

test("readLog() continues after an archive that it cannot read or that was removed, and names it", () => {
  const { host, source, append, rotate, tail } = log();
  append(1);
  const first = rotate();
  append(2);
  const second = rotate();
  append(3);
  host.files.removeFile(first);
  host.disk.putDirectory(first);
  const whole = tail(Infinity);
  expect(numbers(whole.lines)).toEqual([2, 3]);
  expect(whole.olderErrors).toEqual([`${first}: is not a regular file`]);
  const wanted = { lines: Infinity, since: null, unfinished: true };
  // None is held open.
  const { next, olderErrors } = readLog(host, source, wanted, { ...SHARE, held: 0 });
  host.files.removeFile(second);
  expect(numbers(takeAll(next))).toEqual([3]);
  expect(olderErrors).toEqual([`${first}: is not a regular file`, `${second}: was removed`]);
});

test("readLog() reads files without a line, lines without a time and a last line without an end", () => {
  const { host, append, rotate, tail } = log();
  host.disk.putFile(CURRENT, "");
  rotate();
  host.disk.putFile(CURRENT, `no time\n\n${stamped(1)}cut off`);
  rotate();
  append(2);
  host.files.appendToFile(CURRENT, "\0\u00ff", 0o644);
  const texts = (lines: number, unfinished: boolean) =>
    tail(lines, null, unfinished).lines.map(({ text }) => text);
  const whole = ["no time", "", "1", "cut off", "2", "\0\u00ff"];
  for (let count = 0; count <= 6; count += 1) {
    expect(texts(count, true)).toEqual(whole.slice(6 - count));
  }
  expect(texts(2, false)).toEqual(["cut off", "2"]);
  expect(texts(Infinity, false)).toEqual(whole.slice(0, 5));
});

test("readLog() seeks by the names of the archives, and by time within a file", () => {
  const { host, rotate, tail } = log();
  const hour = 3600;
  for (let archive = 0; archive < 20; archive += 1) {
    const lines = Array.from({ length: 3600 }, (_, index) => stamped(archive * hour + index));
    host.disk.putFile(CURRENT, lines.join(""));
    rotate((archive + 1) * hour);
  }
  const { lines } = tail(Infinity, Date.UTC(2026, 10, 20, 19, 59, 50));
  expect(numbers(lines)).toEqual(Array.from({ length: 10 }, (_, index) => 20 * hour - 10 + index));
  // Of 20 archives three, for times may be two hours out of order.
  expect(host.disk.bytesRead).toBeLessThan(6 * 3600 * stamped(1).length);
});

test("readLog() --since loses nothing if local time goes back by an hour", () => {
  const { host, tail } = log();
  const clock = [...Array(7200).keys(), ...[...Array(7200).keys()].map((index) => index + 3600)];
  host.disk.putFile(CURRENT, clock.map((second, index) => stamped(second, String(index))).join(""));
  const since = Date.UTC(2026, 10, 20, 1, 30);
  expect(numbers(tail(Infinity, since).lines)[0]).toBe(5400);
});

test("readLog() follows no link, and has the reason", () => {
  const { host, tail } = log();
  host.disk.putFile("/etc/shadow", "secret\n");
  host.disk.putLink(CURRENT, "/etc/shadow");
  host.disk.putLink(`${DIRECTORY}/@400000006900000000000001.s`, "/etc/shadow");
  expect(tail(10)).toMatchObject({ lines: [], error: `${CURRENT}: is a link` });
});

test("readLogs() of a log that was never written is empty", () => {
  const host = new FakeHost();
  const source = gatewayLog(host, "/vol", profileName("coder"));
  const logs = readLogs(host, [source], { lines: 10, since: null, unfinished: true });
  expect(takeAll(logs.next)).toEqual([]);
  expect(logs).toMatchObject({ unreadable: [] });
  expect(logs.listOlderErrors()).toEqual([]);
});

test("readLogs() includes a last line without a newline if `unfinished` is true", () => {
  const host = new FakeHost();
  const source = gatewayLog(host, "/vol", profileName("coder"));
  host.disk.putFile(source.current, `${stamped(1)}not ended`);
  const textsOf = (unfinished: boolean) =>
    takeAll(readLogs(host, [source], { lines: 10, since: null, unfinished }).next).map(
      ({ text }) => text,
    );
  expect(textsOf(true)).toEqual(["1", "not ended"]);
  expect(textsOf(false)).toEqual(["1"]);
});

test("readLogs() returns the last lines of all logs together", () => {
  const { host, source, append } = log();
  append(1, 3, 5);
  const writer = gatewayLog(host, "/vol", profileName("writer"));
  host.disk.putFile(writer.current, stamped(2) + stamped(4));
  const { next } = readLogs(host, [source, writer], {
    lines: 3,
    since: null,
    unfinished: true,
  });
  expect(takeAll(next).map(({ source: name, text }) => name + text)).toEqual([
    "coder3",
    "writer4",
    "coder5",
  ]);
});

test("readLogs() reads the boot log and its rotated file", () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/logs/container-boot.log.1", "2026-11-20T07:23:05+0000 profile=a\n");
  host.disk.putFile("/vol/logs/container-boot.log", "2026-11-20T07:24:05+0000 profile=b\n");
  const wanted = { lines: 10, since: null, unfinished: true };
  const { next } = readLogs(host, [bootLog(host, "/vol")], wanted);
  expect(takeAll(next).map(({ text }) => text)).toEqual(["profile=a", "profile=b"]);
});

/** Follows from the end of the log as it is now. */
function follow({ host, source, tail }: ReturnType<typeof log>) {
  const follower = createFollower(host, source, tail(0).end);
  return () => {
    const seen = numbers(takeAll(follower.readNew()));
    return { seen, lost: follower.takeLost() };
  };
}

test("createFollower() returns each line once, when it is complete", () => {
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

test("createFollower() begins with the line that was incomplete when the tail was read", () => {
  const world = log();
  world.append(1);
  world.host.files.appendToFile(CURRENT, stamped(2).slice(0, 20), 0o644);
  const look = follow(world);
  world.host.files.appendToFile(CURRENT, stamped(2).slice(20), 0o644);
  expect(look().seen).toEqual([2]);
});

test("createFollower() follows across many rotations and a restart of the logger", () => {
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

test("createFollower() tries again if a rename happens while it reads the names", async () => {
  const world = log();
  world.append(1);
  let blind = 1;
  const listOlder = () => {
    blind -= 1;
    return blind >= 0 ? [] : world.source.listOlder();
  };
  const follower = createFollower(world.host, { ...world.source, listOlder }, world.tail(0).end);
  world.append(2);
  world.rotate();
  world.append(3);
  expect(numbers(takeAll(follower.readNew()))).toEqual([2, 3]);
  expect(follower.takeLost()).toBe(false);
});

test.each(["current", "previous"])(
  "createFollower() skips no file whose name '%s' changes while it reads the names",
  (name) => {
    const world = log();
    world.append(1);
    const { end } = world.tail(0);
    world.append(2);
    world.rotate();
    world.append(3);
    if (name === "previous") {
      world.host.files.rename(CURRENT, `${DIRECTORY}/previous`);
      world.append(4);
    }
    let looks = 0;
    const listOlder = () => {
      const names = world.source.listOlder();
      looks += 1;
      if (looks > 1) return names;
      if (name === "current") {
        world.rotate();
        world.append(4);
      } else {
        const archive = `${DIRECTORY}/@400000006b0c84a70cc23caf.s`;
        world.host.files.rename(`${DIRECTORY}/previous`, archive);
      }
      return names;
    };
    const follower = createFollower(world.host, { ...world.source, listOlder }, end);
    expect(numbers(takeAll(follower.readNew()))).toEqual([2, 3, 4]);
    expect(follower.takeLost()).toBe(false);
  },
);

test("createFollower() starts again with a truncated file", () => {
  const world = log();
  world.append(1, 2, 3);
  const look = follow(world);
  world.host.disk.emptyForTest(CURRENT);
  world.append(4);
  expect(look().seen).toEqual([4]);
});

test("createFollower() reports a file that was removed before it was read", () => {
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

test("createFollower() begins with a log that is created later", () => {
  const world = log();
  const look = follow(world);
  expect(look().seen).toEqual([]);
  world.append(1);
  expect(look().seen).toEqual([1]);
});
