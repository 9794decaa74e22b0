import { expect, test } from "bun:test";
import { join } from "node:path";
import { RUNTIME_VARIABLES } from "../../../src/core/runtime-environment.ts";

const SCRIPT = "docker/rootfs/usr/local/lib/hermes/clean-env.sh";

// Reads the script: this one compares two files that must not drift apart.
test("clean-env.sh unsets exactly RUNTIME_VARIABLES", async () => {
  const script = await Bun.file(join(import.meta.dir, "../../..", SCRIPT)).text();
  const unset = script
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.startsWith("unset "))
    .flatMap((line) => line.split(/\s+/).slice(1));
  expect(unset.toSorted()).toEqual(RUNTIME_VARIABLES.toSorted());
});
