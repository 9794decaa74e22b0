import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { S6Tree } from "../support/s6-tree.ts";

const LIMIT = 256 * 1024;
const LINE =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 profile=default prior_state=None action=registered\n$/;

/** A tree with a boot log of so many bytes. */
async function treeWithLog(bytes: number) {
  const tree = await S6Tree.start();
  const log = join(tree.home, "logs/container-boot.log");
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, "x".repeat(bytes));
  return { tree, log };
}

test("hermes-boot reconcile puts a boot log of 256 KiB aside, over the older one", async () => {
  const { tree, log } = await treeWithLog(LIMIT);
  await using _ = tree;
  writeFileSync(`${log}.1`, "older");
  expect((await tree.boot("reconcile")).code).toBe(0);
  expect(readFileSync(`${log}.1`, "utf8")).toBe("x".repeat(LIMIT));
  expect(readFileSync(log, "utf8")).toMatch(LINE);
});

test("hermes-boot reconcile appends to a boot log that is one byte shorter", async () => {
  const { tree, log } = await treeWithLog(LIMIT - 1);
  await using _ = tree;
  expect((await tree.boot("reconcile")).code).toBe(0);
  expect(existsSync(`${log}.1`)).toBe(false);
  expect(readFileSync(log, "utf8").slice(LIMIT - 1)).toMatch(LINE);
});

test("hermes-boot reconcile warns about a failed rotation and still writes its line", async () => {
  const { tree, log } = await treeWithLog(LIMIT);
  await using _ = tree;
  mkdirSync(`${log}.1/in-the-way`, { recursive: true });
  const { code, stderr } = await tree.boot("reconcile");
  expect(code).toBe(0);
  expect(stderr).toContain(`warning: cannot rotate ${log}: `);
  expect(readFileSync(log, "utf8").slice(LIMIT)).toMatch(LINE);
});

test("hermes-boot reconcile never writes its log through a link", async () => {
  const { tree, log } = await treeWithLog(0);
  await using _ = tree;
  const victim = join(tree.directory, "victim");
  writeFileSync(victim, "untouched");
  await tree.run(["/bin/rm", log]);
  symlinkSync(victim, log);
  const { code, stdout, stderr } = await tree.boot("reconcile");
  expect(code).toBe(0);
  expect(readFileSync(victim, "utf8")).toBe("untouched");
  expect(stdout).toMatch(LINE);
  expect(stderr).toContain(`warning: cannot write ${log}: is a link; its lines follow\n`);
});
