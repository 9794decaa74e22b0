import { expect, test } from "bun:test";
import { join } from "node:path";
import { Loggers } from "../support/loggers.ts";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";

/** All services print into a FIFO that is open and that nobody reads. */
const tree = useTree({
  prepare: `mkfifo "$TREE/out"; exec 9<>"$TREE/out"; exec >"$TREE/out"`,
});
const loggers = new Loggers(tree);
/** More than s6-log may hold. */
const FLOOD = 400_000;
/** No more than the log keeps. */
const COUNT = 60_000;
const TEXT = "number %.0f of a line that is long enough to fill what there is";

test("a container whose output is not read costs a logger no memory and its gateway no time, and the log is whole", async () => {
  await tree().hermes("profile", "create", "unread");
  expect((await tree().hermes("-p", "unread", "gateway", "start")).code).toBe(0);
  await waitFor("s6-log", () => loggers.s6Log("unread") !== undefined);
  expect(await loggers.print("unread", `seq -f '${TEXT}' 1 ${FLOOD}`)).toBeLessThan(30_000);
  await waitFor("status", async () =>
    (await tree().hermes("status")).stdout.includes("log: no process reads the container's output"),
  );
  expect(await loggers.memory(loggers.relay("unread")?.pid)).toBeLessThan(60_000);
  expect(await loggers.print("unread", `seq -f 'later ${TEXT}' 1 ${COUNT}`)).toBeLessThan(30_000);
  await waitFor("the count", async () =>
    /\d+ lines dropped for the output/.test((await tree().hermes("doctor")).stdout),
  );
  const later = () => loggers.lines("unread").filter((line) => line.startsWith("later "));
  await waitFor("the log", () => later().length === COUNT);
  const seen = join(tree().directory, "seen");
  const reader = Bun.spawn(
    [...tree().enter(["/bin/sh", "-c", `exec cat "$TREE/out" >"$TREE/seen"`])],
    {
      env: { ...tree().env },
    },
  );
  await waitFor("s6-log", () => loggers.s6Log("unread") !== undefined);
  await loggers.print("unread", "echo after");
  const output = () => Bun.file(seen).text();
  await waitFor("the last line", async () => (await output()).endsWith("after\n"));
  reader.kill();
  const lines = (await output()).split("\n");
  const shown = lines.filter((line) => line.startsWith("later ")).length;
  const missing = Number(
    /: (\d+) lines are missing here: the output was/.exec(lines.join("\n"))?.[1],
  );
  // Some of the lines before these are among the missing.
  expect(shown + missing).toBeGreaterThanOrEqual(COUNT);
  expect(lines).toContain(`later ${TEXT.replace("%.0f", String(COUNT))}`);
  expect(loggers.lines("unread")).toContain(
    `hermes: gateway 'unread': the container's output is read again; it lacks ${missing} lines`,
  );
}, 120_000);
