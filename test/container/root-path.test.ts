import { describe, expect, test } from "bun:test";
import { ROOT_PATH } from "../../src/core/runtime-environment.ts";
import { startContainer, type Container } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { onVolumeAsHermes } from "./support/volume-content.ts";
import { linesOf } from "./support/messages.ts";

const OWN = "/opt/data/.local/bin";
const GIVEN = `${OWN}:/usr/bin:/bin`;
/** What tells the engine where to find a program: without it the test itself would run what is planted. */
const SAFE = { env: { PATH: ROOT_PATH } };

/** A program for every name that the image has, which notes who runs it, and becomes the real one. */
const PLANT = `
mkdir -p .local/bin
: >executed
chmod 0666 executed
cat >.local/planted <<'END'
#!/bin/sh
while read -r key uid _; do
  [ "$key" != Uid: ] || echo "$uid \${0##*/}" >>/opt/data/executed
done </proc/$$/status
for directory in /command /usr/bin /bin; do
  [ ! -x "$directory/\${0##*/}" ] || exec "$directory/\${0##*/}" "$@"
done
END
chmod 0755 .local/planted
for program in /bin/* /usr/bin/* /command/*; do
  ln -f .local/planted ".local/bin/\${program##*/}"
done
echo 'echo "\${0##*/} $$" >>/opt/data/sourced' >sourced.sh
`;

const COMMAND = 'printf "%s\\n" "$PATH" "$BASH_ENV" "$ENV" >/opt/data/seen; exec sleep infinity';

const hermes = (container: Container, ...args: readonly string[]) =>
  container.exec("root", ["/usr/local/bin/hermes", ...args]);

async function waitForCommand(container: Container): Promise<void> {
  const started = async () =>
    (await container.exec("root", ["/usr/bin/test", "-s", "/opt/data/seen"], SAFE)).code === 0;
  await waitFor(started, { what: `the command of ${container.name}` });
}

async function waitForCoder(container: Container): Promise<void> {
  const ready = async () =>
    (await container.exec("root", ["/usr/local/bin/hermes-boot", "health"])).stdout.startsWith(
      "1 of 1 ",
    );
  await waitFor(ready, { what: `the gateway of ${container.name}` });
}

describe("a PATH that begins in the volume", () => {
  test.concurrent("is the command's, and never root's: not at boot, not in a command, not at the end", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, PLANT);
    await using container = await startContainer({
      env: { PATH: GIVEN, BASH_ENV: "/opt/data/sourced.sh", ENV: "/opt/data/sourced.sh" },
      volumes: [`${volume.name}:/opt/data`],
      args: ["bash", "-c", COMMAND],
    });
    await waitForCommand(container);
    const bash = { env: { ...SAFE.env, BASH_ENV: "" } };
    const read = (file: string) => container.execOk("root", ["cat", `/opt/data/${file}`], bash);

    for (const words of ["profile create coder", "-p coder gateway start"]) {
      const result = await hermes(container, ...words.split(" "));
      expect({ words, code: result.code }).toEqual({ words, code: 0 });
    }
    const crash = 'kill -9 "$(s6-svstat -o pid /run/service/gateway-coder)"';
    await container.execOk("root", ["sh", "-c", crash], bash);
    await waitForCoder(container);
    await container.restart();
    await waitForCoder(container);
    for (const words of [
      "-p coder gateway restart",
      "-p coder gateway stop",
      "doctor",
      "profile delete coder --yes",
    ]) {
      await hermes(container, ...words.split(" "));
    }
    expect((await hermes(container, "profile", "list")).stdout).not.toContain("coder");
    // The wrappers do note who runs them.
    await container.execOk("hermes", [`${OWN}/id`], bash);
    await container.stop();
    await container.start();
    await waitFor(async () => linesOf(await read("sourced"), /./).length === 3, {
      what: "the second start",
    });

    const { stderr } = await container.logs();
    expect(stderr).toContain(`PATH lets hermes decide what root runs: it can write to ${OWN}\n`);
    const executed = linesOf(await read("executed"), /./);
    expect(executed).toContain("10000 id");
    expect(executed.filter((line) => !line.startsWith("10000 "))).toEqual([]);
    // bash, as hermes, once for each start of the container.
    expect(linesOf(await read("sourced"), /./).map((line) => line.split(" ")[0])).toEqual([
      "bash",
      "bash",
      "bash",
    ]);
    const [path, ...variables] = linesOf(await read("seen"), /./);
    expect(path?.split(":").at(-1)).toBe(OWN);
    expect(
      path?.split(":").filter((directory) => GIVEN.split(":").includes(directory)),
    ).toHaveLength(3);
    expect(variables).toEqual(["/opt/data/sourced.sh", "/opt/data/sourced.sh"]);
  });
});
