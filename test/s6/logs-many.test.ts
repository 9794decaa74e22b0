import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "../support/executable.ts";

/** What `gateway logs` may take at its peak, with the pages of the executable that are in memory. */
const MOST_MEMORY = 40_000_000;
const LINES_PER_ARCHIVE = 83_333;
const BEGIN = 1_795_900_000;

let home = "";

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "hermes-logs-"));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** A TAI64N label of a time in milliseconds since 1970. */
function label(time: number): string {
  const [seconds, ms] = [Math.floor(time / 1000), time % 1000];
  const tai = (seconds + 37).toString(16).padStart(8, "0");
  return `@40000000${tai}${(ms * 1_000_000).toString(16).padStart(8, "0")}`;
}

/** The directory of a gateway's log, made with its profile. */
function logDirectory(name: string): string {
  mkdirSync(join(home, "profiles", name), { recursive: true });
  writeFileSync(join(home, "profiles", name, "SOUL.md"), "");
  const directory = join(home, "logs/gateways", name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/**
 * Writes a log of `archives` archives and a current file; its lines are `gap` milliseconds apart, and as long as that.
 */
function writeLog(
  name: string,
  archives: number,
  lines: number,
  gap: number,
  width: number,
): number {
  const directory = logDirectory(name);
  let number = 0;
  const timeOf = (index: number) => BEGIN * 1000 + index * gap;
  for (let archive = 0; archive <= archives; archive += 1) {
    const texts: string[] = [];
    for (let index = 0; index < lines; index += 1) {
      texts.push(`${`${label(timeOf(number))} number ${number} `.padEnd(width - 1, "x")}\n`);
      number += 1;
    }
    const file = archive === archives ? "current" : `${label(timeOf(number))}.s`;
    writeFileSync(join(directory, file), texts.join(""));
  }
  return number;
}

const environment = () => ({ HERMES_HOME: home, PATH: "/usr/bin:/bin", TZ: "UTC" });

/** The most bytes of memory that a process had until now; 0 if it is gone. */
function peakMemory(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Counts the lines of a command by what is in front of ` number`, and checks that each name's numbers are in order. */
async function countLines(...words: readonly string[]) {
  const argv = [findExecutable(), ...words];
  const program = Bun.spawn(argv, { env: environment(), stdout: "pipe", stderr: "pipe" });
  const last = new Map<string, number>();
  let [count, disorder, rest, memory] = [0, 0, "", 0];
  const decoder = new TextDecoder();
  for await (const chunk of program.stdout) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    memory = Math.max(memory, peakMemory(program.pid));
    for (const line of lines) {
      const [, name = "", number = ""] =
        /^(?:(\S+) {2,})?\S+Z {2}number (\d+) x*$/.exec(line) ?? [];
      const before = last.get(name);
      if (number === "" || (before !== undefined && Number(number) !== before + 1)) disorder += 1;
      last.set(name, Number(number));
      count += 1;
    }
  }
  const [code, notes] = [await program.exited, await program.stderr.text()];
  return { count, disorder, code, notes, memory };
}

test("hermes gateway logs -n all prints every line of 100 MB in ten archives, in less than 40 MB", async () => {
  const written = writeLog("large", 10, LINES_PER_ARCHIVE, 100, 120);
  const { memory, ...result } = await countLines("-p", "large", "gateway", "logs", "-n", "all");
  expect(result).toEqual({ count: written, disorder: 0, code: 0, notes: "" });
  expect(memory).toBeLessThan(MOST_MEMORY);
  const some = await countLines("-p", "large", "gateway", "logs", "-n", "700000");
  expect(some).toMatchObject({ count: 700_000, disorder: 0 });
  expect(some.memory).toBeLessThan(MOST_MEMORY);
}, 300_000);

test("hermes gateway logs --since seeks in 100 MB, in less than 40 MB", async () => {
  const last = (11 * LINES_PER_ARCHIVE - 1) * 100;
  const since = new Date(BEGIN * 1000 + last - 60_000).toISOString().slice(0, 23);
  const words = ["-p", "large", "gateway", "logs", "--since", `${since}Z`];
  const { memory, ...result } = await countLines(...words);
  expect(result).toEqual({ count: 601, disorder: 0, code: 0, notes: "" });
  expect(memory).toBeLessThan(MOST_MEMORY);
}, 300_000);

test("hermes gateway logs holds nothing for a reader that takes its time, and loses nothing to rotations", async () => {
  const written = writeLog("slow", 9, 8000, 100, 120);
  const logger = `s6-log n10 s40000 t '${join(home, "logs/gateways/slow")}'`;
  const script = `cd '${home}'
    { '${findExecutable()}' -p slow gateway logs -n all & echo $! >pid; wait; } | {
      IFS= read -r first
      i=0; while [ $i -lt 20000 ]; do echo "later $i"; i=$((i+1)); done | ${logger}
      sed -n 's/^VmHWM: *//p' /proc/$(cat pid)/status >memory
      printf '%s\\n' "$first"
      cat
    } >out`;
  const program = Bun.spawn(["/bin/sh", "-c", script], { env: environment(), stderr: "pipe" });
  expect({ code: await program.exited, notes: await program.stderr.text() }).toEqual({
    code: 0,
    notes: "",
  });
  const numbers = [...readFileSync(join(home, "out"), "utf8").matchAll(/number (\d+) x*\n/g)];
  const memory = Number.parseInt(readFileSync(join(home, "memory"), "utf8")) * 1024;
  expect(memory).toBeWithin(1, MOST_MEMORY);
  expect(numbers).toHaveLength(written);
  expect(numbers.map(([, number]) => Number(number))).toEqual([...Array(written).keys()]);
}, 300_000);

test("hermes gateway logs --all --since prints every line of 20 gateways, in less than 40 MB", async () => {
  rmSync(home, { recursive: true });
  mkdirSync(home);
  let written = 0;
  for (let gateway = 0; gateway < 20; gateway += 1) {
    written += writeLog(`gateway-${gateway}`, 10, 1000, 100 + gateway, 100);
  }
  const since = new Date(BEGIN * 1000).toISOString();
  const all = await countLines("gateway", "logs", "--all", "--since", since);
  expect(all).toMatchObject({ count: written, disorder: 0, code: 0, notes: "" });
  expect(all.memory).toBeLessThan(MOST_MEMORY);
  const some = await countLines("gateway", "logs", "--all", "-n", "100000");
  expect(some).toMatchObject({ count: 100_000, disorder: 0, code: 0 });
  expect(some.memory).toBeLessThan(MOST_MEMORY);
}, 300_000);

test("hermes gateway logs -f ends soon after its reader, without another line", async () => {
  writeFileSync(join(logDirectory("quiet"), "current"), `${label(BEGIN * 1000)} number 0 \n`);
  const script = `'${findExecutable()}' -p quiet gateway logs -f | head -n 1`;
  const program = Bun.spawn(["/bin/sh", "-c", script], { env: environment(), stderr: "pipe" });
  expect(await program.stdout.text()).toEndWith("number 0 \n");
  expect({ code: await program.exited, notes: await program.stderr.text() }).toEqual({
    code: 0,
    notes: "",
  });
}, 300_000);

test("hermes gateway logs -n all reads thousands of archives, and empty ones, in less than 40 MB", async () => {
  const directory = logDirectory("scattered");
  for (let archive = 0; archive < 2500; archive += 1) {
    const stamp = label((BEGIN + archive) * 1000);
    const text = archive % 5 === 4 ? "" : `${stamp} number ${archive - Math.floor(archive / 5)} \n`;
    writeFileSync(join(directory, `${stamp}.s`), text);
  }
  const { memory, ...result } = await countLines("-p", "scattered", "gateway", "logs", "-n", "all");
  expect(result).toEqual({ count: 2000, disorder: 0, code: 0, notes: "" });
  expect(memory).toBeLessThan(MOST_MEMORY);
}, 300_000);
