import { startContainer, type Container, type ContainerOptions } from "../harness/container.ts";
import { waitFor } from "../harness/wait-for.ts";

/** Waits until the boot is over: the last of the static services is ready, which is after cont-init.d. */
export async function waitForBoot(container: Container): Promise<void> {
  await waitFor(
    async () => {
      if (!(await container.isRunning())) return false;
      const ready = await container.exec("root", [
        "s6-svstat",
        "-o",
        "ready",
        "/run/service/registrar",
      ]);
      return ready.stdout === "true\n";
    },
    { what: `the boot of ${container.name}` },
  );
}

/** Starts a container, `sleep infinity` unless it is given a command, and waits until its boot is over. */
export async function bootContainer(options: ContainerOptions = {}): Promise<Container> {
  const container = await startContainer({ args: ["sleep", "infinity"], ...options });
  try {
    await waitForBoot(container);
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
