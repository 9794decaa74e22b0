import { startContainer, type Container, type ContainerOptions } from "../harness/container.ts";
import { waitFor } from "../harness/wait-for.ts";

const BOOT_IS_OVER = `[ "$(s6-svstat -o ready /run/service/registrar)" = true ] && [ -e /run/hermes-boot/booted.json ]`;
/** For a moment the process of the command is the image's own, that becomes the command. */
const IS_ASLEEP = `for file in $(grep -lzx infinity /proc/[0-9]*/cmdline); do
  ! grep -qx sleep "\${file%cmdline}comm" || exit 0
done
exit 1`;

/** Asks again and again in the container itself: each call of the engine costs more than all of these together. */
const ASK = `for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  ! sh -c "$1" || exit 0
  sleep 0.1
done
exit 1`;

async function waitUntil(container: Container, script: string, what: string): Promise<void> {
  await waitFor(
    async () => {
      const { code } = await container.exec("root", ["sh", "-c", ASK, "sh", script]);
      return code === 0 && (await container.isRunning());
    },
    { what: `${what} of ${container.name}` },
  );
}

/** Waits until the boot is over: the last of the static services is ready, and the slots are in their place. */
export function waitForBoot(container: Container): Promise<void> {
  return waitUntil(container, BOOT_IS_OVER, "the boot");
}

/**
 * Starts a container, `sleep infinity` unless it is given a command, and waits until its boot is over and
 * `sleep` runs.
 */
export async function bootContainer(options: ContainerOptions = {}): Promise<Container> {
  const container = await startContainer({ args: ["sleep", "infinity"], ...options });
  try {
    if (options.args !== undefined) await waitForBoot(container);
    else await waitUntil(container, `{ ${BOOT_IS_OVER}; } || exit 1\n${IS_ASLEEP}`, "the command");
    return container;
  } catch (error) {
    const { stdout, stderr } = await container.logs();
    await container.remove();
    throw new Error(`${container.name} did not boot:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Stops and starts a container, and waits until its boot is over. */
export async function restartContainer(container: Container): Promise<void> {
  await container.restart();
  await waitForBoot(container);
}

/** Everything a container has said since it was made, both streams after each other. */
export async function readOutput(container: Container): Promise<string> {
  const { stdout, stderr } = await container.logs();
  return `${stdout}${stderr}`;
}
