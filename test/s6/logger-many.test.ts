import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Loggers } from "../support/loggers.ts";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";

const tree = useTree({
  prepare: `mkdir -p "$TREE/home/logs/gateways"; mount -t tmpfs -o size=4000000 tmpfs "$TREE/home/logs/gateways"`,
});
const loggers = new Loggers(tree);
const NAMES = Array.from({ length: 20 }, (_, index) => `many${index}`);
const cause = (name: string) => `gateway '${name}' logs to the container's output only:`;
const all = (check: (name: string) => boolean) => NAMES.slice(2).every(check);

test("twenty gateways on a full volume print, are deleted and renamed, and all loggers return once there is room", async () => {
  for (const name of NAMES) await tree().hermes("profile", "create", name);
  const started = await Promise.all(
    NAMES.map((name) => tree().hermes("-p", name, "gateway", "start")),
  );
  expect(started.map(({ code }) => code)).toEqual(NAMES.map(() => 0));
  await waitFor("the loggers", () => NAMES.every((name) => loggers.s6Log(name) !== undefined));
  const filler = join(tree().home, "logs/gateways/filler");
  await tree().run(["/bin/sh", "-c", `cat /dev/zero >'${filler}' 2>/dev/null || :`]);
  for (const name of NAMES) await tree().signal("KILL", loggers.s6Log(name)?.pid ?? 0);
  await waitFor("the relays", () => NAMES.every((name) => loggers.relay(name) !== undefined));
  await waitFor("the causes", () => NAMES.every((name) => tree().output().includes(cause(name))));
  const took = await Promise.all(
    NAMES.map((name) => loggers.print(name, `seq -f '${name} says %.0f' 1 5000`)),
  );
  expect(Math.max(...took)).toBeLessThan(30_000);
  await waitFor("the lines", () =>
    NAMES.every((name) => tree().output().includes(`\n${name} says 5000\n`)),
  );
  const [gone = "", moved = ""] = NAMES;
  const follower = tree().run(
    ["/usr/bin/timeout", "5", join(tree().bin, "hermes"), "-p", "many2", "gateway", "logs", "-f"],
    {},
  );
  expect((await tree().hermes("profile", "delete", "--yes", gone)).code).toBe(0);
  expect((await tree().hermes("profile", "rename", moved, "elsewhere")).code).toBe(0);
  expect([loggers.relay(gone), loggers.relay(moved)]).toEqual([undefined, undefined]);
  expect((await follower).stderr).not.toContain("✗");
  rmSync(tree().path(filler));
  await waitFor("s6-log", () => all((name) => loggers.s6Log(name) !== undefined), 40_000);
  for (const name of NAMES.slice(2)) {
    expect(loggers.lines(name)).toContain(`${name} says 5000`);
    expect(tree().output().split(cause(name)).length - 1).toBe(1);
  }
  const status = await tree().hermes("status");
  expect(status.stdout).not.toContain("log: ");
}, 180_000);
