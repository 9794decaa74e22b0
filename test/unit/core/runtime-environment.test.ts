import { expect, test } from "bun:test";
import { join } from "node:path";
import {
  ROOT_PATH,
  RUNTIME_VARIABLES,
  THREADLESS_WORDS,
} from "../../../src/core/runtime-environment.ts";

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

test("clean-env.sh exports exactly THREADLESS", async () => {
  const script = await readScript("clean-env.sh");
  expect(script).toContain(`\nexport ${THREADLESS_WORDS.join(" ")}\n`);
});

test("every script of the image that starts hermes-boot sources clean-env.sh first", async () => {
  const root = join(import.meta.dir, "../../../docker");
  const paths = [...new Bun.Glob("{rootfs,plain}/**").scanSync({ cwd: root, onlyFiles: true })];
  const texts = await Promise.all(paths.map((path) => Bun.file(join(root, path)).text()));
  const starts = texts.map((text) => text.indexOf("exec /usr/local/bin/hermes-boot"));
  const starting = paths.filter((_, index) => (starts[index] ?? -1) >= 0);
  const clean = paths.filter((_, index) => {
    const source = texts[index]?.indexOf(". /usr/local/lib/hermes/clean-env.sh") ?? -1;
    return source >= 0 && source < (starts[index] ?? -1);
  });
  expect(starting.length).toBeGreaterThan(10);
  expect(clean).toEqual(starting);
});
