import { expect, test } from "bun:test";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";

const tree = useTree();

/** The flags of the output that every process of the tree has from its PID 1, as the kernel has them. */
async function flagsOfOutput(): Promise<string> {
  const { stdout } = await tree().run(["/bin/sh", "-c", "grep -h ^flags: /proc/1/fdinfo/1"]);
  return stdout;
}

test("a gateway's logger leaves the tree's output as it was, and still writes to it", async () => {
  const before = await flagsOfOutput();
  expect(Number.parseInt(before.split("\t")[1] ?? "", 8) & 0o4000).toBe(0);
  await tree().hermes("profile", "create", "coder");
  expect((await tree().hermes("-p", "coder", "gateway", "start")).code).toBe(0);
  await waitFor("its first line", () => tree().output().includes("Gateway 'coder' runs"));
  expect(await flagsOfOutput()).toBe(before);
});
