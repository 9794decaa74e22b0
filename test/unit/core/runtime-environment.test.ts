import { expect, test } from "bun:test";
import { join } from "node:path";
import { ROOT_PATH, RUNTIME_VARIABLES } from "../../../src/core/runtime-environment.ts";

const DIRECTORY = "docker/rootfs/usr/local/lib/hermes";

// Reads the script: these compare files that must not drift apart.
const readScript = (name: string) =>
  Bun.file(join(import.meta.dir, "../../..", DIRECTORY, name)).text();

test("root-path.sh sets exactly ROOT_PATH", async () => {
  expect(await readScript("root-path.sh")).toContain(`\nroot_path=${ROOT_PATH}\n`);
});

test("clean-env.sh unsets exactly RUNTIME_VARIABLES", async () => {
  const script = await readScript("clean-env.sh");
  const unset = script
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.startsWith("unset "))
    .flatMap((line) => line.split(/\s+/).slice(1));
  expect(unset.toSorted()).toEqual(RUNTIME_VARIABLES.toSorted());
});
