import { expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Loggers } from "../support/loggers.ts";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";

/** Bytes of the file system on which the log of the gateway `full` is. */
const SMALL = 3_000_000;

const tree = useTree({
  prepare: ["full", "sealed", "quiet"]
    .map((name) => `"$TREE/home/logs/gateways/${name}"`)
    .map((path) => `mkdir -p ${path}; mount -t tmpfs -o size=${SMALL} tmpfs ${path}`)
    .join("\n"),
});

const loggers = new Loggers(tree);

async function start(name: string): Promise<void> {
  await tree().hermes("profile", "create", name);
  expect((await tree().hermes("-p", name, "gateway", "start")).code).toBe(0);
}

const times = (text: string, part: string) => text.split(part).length - 1;

test("a logger whose lock another process holds returns to the volume once it is free", async () => {
  const lock = join(tree().home, "logs/gateways/held/lock");
  mkdirSync(loggers.directory("held"), { recursive: true });
  const holder = Bun.spawn(
    [...tree().enter(["/usr/bin/s6-setlock", lock, "/usr/bin/sleep", "1000"])],
    {
      env: { ...tree().env },
    },
  );
  await waitFor("the lock", () =>
    tree()
      .processes()
      .some(({ argv }) => argv.join(" ").endsWith("sleep 1000")),
  );
  await start("held");
  const cause = "gateway 'held' logs to the container's output only:";
  await waitFor("the cause", () => tree().output().includes(cause));
  expect(tree().output()).toContain("Gateway 'held' runs");
  await waitFor("status", async () =>
    (await tree().hermes("status")).stdout.includes(
      "log: lines go to the container's output only: another container writes",
    ),
  );
  const doctor = await tree().hermes("doctor");
  expect(doctor.code).toBe(3);
  expect(doctor.stdout).toContain("the log of gateway 'held' is not complete");
  const pid = (await tree().status("held"))?.pid;
  await loggers.print("held", "echo during");
  await waitFor("the line", () => tree().output().includes("\nduring\n"));
  const sleeper = tree()
    .processes()
    .find(({ argv }) => argv.join(" ").endsWith("sleep 1000"));
  await tree().signal("KILL", sleeper?.pid ?? 0);
  await holder.exited;
  await waitFor("s6-log", () => loggers.s6Log("held") !== undefined);
  expect(times(tree().output(), cause)).toBe(1);
  expect(tree().output()).toContain("gateway 'held' logs to the volume again\n");
  expect(loggers.lines("held")).toContain("during");
  expect((await tree().status("held"))?.pid).toBe(pid ?? 0);
  expect((await tree().hermes("status")).stdout).not.toContain("log: ");
  expect(loggers.relay("held")).toBeUndefined();
});

test.each([
  ["a file", (path: string) => writeFileSync(path, ""), "is a file"],
  ["a FIFO", (path: string) => void Bun.spawnSync(["mkfifo", path]), "is a fifo"],
  [
    "a link to nothing",
    (path: string) => void Bun.spawnSync(["ln", "-s", "/nowhere/at/all", path]),
    "is a link that leads nowhere",
  ],
])(
  "a logger is kept from the volume by %s in place of its directory, and returns",
  async (_, put, reason) => {
    const name = `odd${reason.replaceAll(/[^a-z]/g, "")}`.slice(0, 12);
    const path = loggers.directory(name);
    put(path);
    await start(name);
    await waitFor("the cause", () =>
      tree()
        .output()
        .includes(
          `gateway '${name}' logs to the container's output only: ${join(tree().home, "logs/gateways", name)}: ${reason}`,
        ),
    );
    rmSync(path);
    await waitFor("s6-log", () => loggers.s6Log(name) !== undefined);
    expect(loggers.lines(name).some((line) => line.startsWith(`Gateway '${name}' runs`))).toBe(
      true,
    );
  },
);

test("a logger on a read-only volume says so once, and returns when that can be written again", async () => {
  const directory = join(tree().home, "logs/gateways/sealed");
  const remount = (mode: string) => tree().run(["/bin/mount", "-o", `remount,${mode}`, directory]);
  await remount("ro");
  await start("sealed");
  const cause = `gateway 'sealed' logs to the container's output only: ${directory}: read-only file system\n`;
  await waitFor("the cause", () => tree().output().includes(cause));
  await waitFor("status", async () =>
    (await tree().hermes("status")).stdout.includes(
      `log: lines go to the container's output only: ${directory}: read-only file system`,
    ),
  );
  await remount("rw");
  await waitFor("s6-log", () => loggers.s6Log("sealed") !== undefined);
  expect(loggers.lines("sealed").some((line) => line.startsWith("Gateway 'sealed' runs"))).toBe(
    true,
  );
  expect(times(tree().output(), cause)).toBe(1);
});

test("a logger that is killed is followed by another, and nothing that was printed meanwhile is lost", async () => {
  await start("killed");
  await waitFor("s6-log", () => loggers.s6Log("killed") !== undefined);
  const pid = loggers.s6Log("killed")?.pid ?? 0;
  await tree().signal("KILL", pid);
  await tree().run(["/bin/sh", "-c", "sleep 0.1"]);
  await waitFor("a relay", () => loggers.relay("killed") !== undefined);
  await loggers.print("killed", "echo meanwhile");
  await waitFor("s6-log", () => loggers.s6Log("killed") !== undefined);
  await loggers.print("killed", "echo after");
  await waitFor("both lines", () =>
    ["meanwhile", "after"].every((line) => loggers.lines("killed").includes(line)),
  );
  expect(times(tree().output(), "\nmeanwhile\n")).toBe(1);
  expect(tree().output()).toContain(
    "gateway 'killed': its logger ended (signal 9); what it held in memory may be missing here",
  );
});

test("hermes-boot health ends a logger whose volume takes nothing although it looks well", async () => {
  await start("broken");
  await waitFor("s6-log", () => loggers.s6Log("broken") !== undefined);
  await tree().boot("health");
  const pid = loggers.s6Log("broken")?.pid ?? 0;
  const current = join(tree().home, "logs/gateways/broken/current");
  const fault = ["-e", "inject=write,writev:error=EIO", "-P", current];
  const strace = Bun.spawn([...tree().enter(["strace", "-p", `${pid}`, ...fault])], {
    env: { ...tree().env },
    stderr: "pipe",
  });
  await waitFor("strace", async () =>
    /^TracerPid:\s[1-9]/m.test((await tree().run(["/bin/cat", `/proc/${pid}/status`])).stdout),
  );
  await loggers.print("broken", "echo one line");
  await waitFor("the line", () => tree().output().includes("\none line\n"));
  await tree().boot("health");
  await strace.exited;
  await waitFor("a relay's words", () =>
    tree().output().includes("gateway 'broken': its logger ended (signal 9)"),
  );
  await waitFor("s6-log", () => loggers.s6Log("broken") !== undefined);
  expect(loggers.s6Log("broken")?.pid).not.toBe(pid);
});

test("hermes status notices a full volume before the gateway prints, and nothing is lost", async () => {
  await start("quiet");
  await waitFor("s6-log", () => loggers.s6Log("quiet") !== undefined);
  const filler = join(tree().home, "logs/gateways/quiet/filler");
  await tree().run(["/bin/sh", "-c", `cat /dev/zero >'${filler}' 2>/dev/null || :`]);
  await waitFor("status", async () => {
    const { stdout } = await tree().hermes("status");
    return (
      stdout.includes("log: lines go to the container's output only:") &&
      stdout.includes("quiet: no space left on device")
    );
  });
  expect((await tree().hermes("doctor")).stdout).toContain(
    "the log of gateway 'quiet' is not complete\n    Cause:  lines go to the container's output only: ",
  );
  await loggers.print("quiet", "seq -f 'while it is full %.0f' 1 1000");
  await waitFor("the lines", () => tree().output().includes("\nwhile it is full 1000\n"));
  rmSync(tree().path(filler));
  await waitFor("s6-log", () => loggers.s6Log("quiet") !== undefined, 20_000);
  const lines = loggers.lines("quiet").filter((line) => line.startsWith("while it is full"));
  expect(lines).toHaveLength(1000);
  expect(times(tree().output(), "gateway 'quiet' logs to the container's output only:")).toBe(1);
});

test("a full volume costs a logger no memory, its gateway no time, and what is not on the volume is counted", async () => {
  await start("full");
  await waitFor("s6-log", () => loggers.s6Log("full") !== undefined);
  const filler = join(loggers.directory("full"), "filler");
  await tree().run([
    "/bin/sh",
    "-c",
    `cat /dev/zero >"${join(tree().home, "logs/gateways/full/filler")}" 2>/dev/null || :`,
  ]);
  const count = 400_000;
  const took = await loggers.print(
    "full",
    `seq -f 'number %.0f of a line that is long enough to fill what there is' 1 ${count}`,
  );
  expect(took).toBeLessThan(30_000);
  await waitFor("the cause", () =>
    tree().output().includes("gateway 'full' logs to the container's output only:"),
  );
  expect(tree().output()).toContain("full: no space left on device\n");
  expect(await loggers.memory(loggers.relay("full")?.pid)).toBeLessThan(60_000);
  await loggers.print(
    "full",
    `seq -f 'later %.0f of a line that is long enough to fill what there is' 1 ${count}`,
  );
  await waitFor("the last line", () => tree().output().includes(`\nlater ${count} of a line`));
  await waitFor("the count", async () =>
    /full .*\d+ lines? dropped for the volume/s.test((await tree().hermes("status")).stdout),
  );
  rmSync(filler);
  await waitFor("s6-log", () => loggers.s6Log("full") !== undefined, 20_000);
  const lines = loggers.lines("full");
  const later = lines.filter((line) => line.startsWith("later ")).length;
  const missing = lines
    .flatMap((line) => /: (\d+) lines are missing here: .*no space/.exec(line)?.[1] ?? [])
    .reduce((sum, number) => sum + Number(number), 0);
  expect(later).toBeGreaterThan(1000);
  expect(times(tree().output(), "\nlater ")).toBe(count);
  // What the killed s6-log had is not known; everything after it is.
  expect(later + missing).toBeGreaterThanOrEqual(count);
});
