import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { waitFor } from "../support/program.ts";

const { tree, add, poke, inProfile } = useFixtureGateways();

/** What Bun prints where it cannot start a thread. */
const PAGE =
  "panic(main thread): abort() called\noh no: Bun has crashed. This indicates a bug in Bun";

const SENTENCE =
  "✗ Cannot run hermes-boot (exit code 134): most likely the limit of processes is reached (--ulimit nproc, --pids-limit)";

/** Puts a program into a slot that ends like one that cannot start a thread, for these of its commands. */
async function breakCommands(name: string, ...commands: readonly string[]): Promise<void> {
  const stub = join(tree().directory, `stub-${name}`);
  const real = join(tree().bin, "hermes-boot");
  const broken = commands.join(" | ");
  const text = `#!/bin/sh
case "$1" in
  ${broken})
    printf '%s\\n' '${PAGE}' >&2
    kill -s ABRT $$ ;;
esac
exec '${real}' "$@"
`;
  writeFileSync(stub, text, { mode: 0o755 });
  const files = ["run", "finish", "data/check", "log/run"].map((file) =>
    join(tree().slot(name), file),
  );
  await tree().run(["/bin/sed", "-i", `s#${real}#${stub}#g`, ...files]);
}

const current = (name: string) => join(tree().path(tree().home), "logs/gateways", name, "current");
const log = (name: string) =>
  existsSync(current(name)) ? readFileSync(current(name), "utf8") : "";

test.concurrent.each([
  { command: "before-start", behaviour: "healthy" },
  { command: "check", behaviour: "healthy" },
  { command: "finish", behaviour: "ends 1" },
])(
  "a slot says in one sentence that hermes-boot $command cannot run",
  async ({ command, behaviour }) => {
    await add(command, behaviour);
    await breakCommands(command, command);
    await poke(command);
    await waitFor("the sentence", () => log(command).includes(SENTENCE));
    expect(log(command)).not.toContain("panic");
    expect(tree().complaints()).not.toContain("panic");
    await tree().run(["/usr/bin/s6-svc", "-d", tree().slot(command)]);
  },
);

test.concurrent("a logger says in one sentence that hermes-boot log cannot run", async () => {
  await add("log", "healthy");
  await breakCommands("log", "version", "log");
  await poke("log");
  await waitFor("the sentence", () => tree().output().includes(SENTENCE));
  expect(`${tree().output()}${tree().complaints()}`).not.toContain("panic");
  await tree().run(["/usr/bin/s6-svc", "-d", tree().slot("log")]);
});

test.concurrent("a slot passes on what hermes-boot has to say where it can run", async () => {
  await add("talks", "ends 1");
  writeFileSync(inProfile("talks", "gateway_state.json"), "{}");
  await poke("talks");
  await waitFor("the words", () =>
    log("talks").includes("Gateway 'talks' crashed with exit code 1"),
  );
  await tree().run(["/usr/bin/s6-svc", "-d", tree().slot("talks")]);
});
