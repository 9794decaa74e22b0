import { describe, expect, test } from "bun:test";
import { runContainer, type Container } from "./harness/container.ts";
import { engineOk } from "./harness/engine.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { complaintsIn } from "./support/messages.ts";

/** A command that says what it got, and ends with 5 when it is asked to end. */
const SCRIPT = 'trap "echo asked; exit 5" TERM; echo ready; while :; do sleep 0.1; done';

async function bootCommand(flags: readonly string[]): Promise<Container> {
  const container = await bootContainer({ flags, args: ["sh", "-c", SCRIPT] });
  await waitFor(async () => (await readOutput(container)).includes("ready"));
  return container;
}

async function send(container: Container, signal: string): Promise<void> {
  await engineOk(["kill", `--signal=${signal}`, container.name]);
}

describe("docker kill --signal", () => {
  test.concurrent.each([
    ["TERM", []],
    ["INT", []],
    ["PWR", []],
    ["INT", ["--user=10000:10000"]],
  ])("%s ends the container in order, with the command's exit code (%j)", async (signal, flags) => {
    await using container = await bootCommand(flags);
    await send(container, signal);
    expect(await container.exitCode()).toBe(5);
    expect(await readOutput(container)).toContain("asked");
  });

  test.concurrent("TERM ends it in order if the shutdown cannot note that it has begun", async () => {
    await using container = await bootCommand([]);
    // As on a disk that is full: no directory can be made there.
    await container.execOk("root", ["sh", "-c", ": >/run/s6/stopping"]);
    await send(container, "TERM");
    expect(await container.exitCode()).toBe(5);
  });

  test.concurrent("HUP, QUIT, USR1, USR2 and WINCH mean nothing", async () => {
    await using container = await bootCommand([]);
    for (const signal of ["HUP", "QUIT", "USR1", "USR2", "WINCH"]) await send(container, signal);
    // The same init handles this one after all of those.
    await send(container, "TERM");
    expect(await container.exitCode()).toBe(5);
    expect((await readOutput(container)).match(/asked/g)).toHaveLength(1);
  });
});

/**
 * A script of s6-overlay's way to its init and one of the fallback's, each with the line before which the signal comes.
 */
const STEPS = [
  ["/usr/local/lib/hermes/s6-overlay-init", "2", "/usr/local/lib/hermes/plain/init", "2"],
  [
    "/package/admin/s6-overlay/libexec/preinit",
    "2",
    "/usr/local/lib/hermes/plain/save-environment",
    "2",
  ],
  [
    "/package/admin/s6-overlay/libexec/stage0",
    "/^basedir=/",
    "/usr/local/lib/hermes/plain/init",
    "/^mkdir /",
  ],
] as const;

describe("SIGTERM before the init listens ends the container, and nothing runs", () => {
  test.concurrent("while hermes-boot checks the container", async () => {
    const script = [
      "rm /usr/local/bin/hermes-boot",
      "printf '#!/bin/sh\\nkill -TERM 1\\n' >/usr/local/bin/hermes-boot",
      "chmod 755 /usr/local/bin/hermes-boot",
      "exec /usr/local/lib/hermes/entrypoint.sh echo ran",
    ].join("; ");
    const result = await runContainer({ flags: ["--entrypoint=/bin/sh"], args: ["-c", script] });
    expect(result).toMatchObject({ code: 143, stdout: "" });
  });

  test.concurrent.each(STEPS)(
    "in %s (line %s), or in %s (line %s) of the fallback",
    async (overlay, at, fallback, line) => {
      const script = [
        `if [ -e ${overlay} ]; then sed -i '${at}i kill -TERM 1' ${overlay}`,
        `else sed -i '${line}i kill -TERM 1' ${fallback}; fi`,
        "exec /usr/local/lib/hermes/entrypoint.sh echo ran",
      ].join("\n");
      const result = await runContainer({ flags: ["--entrypoint=/bin/sh"], args: ["-c", script] });
      expect(result).toMatchObject({ code: 143, stdout: "" });
    },
  );
});

test("SIGTERM ends the container from when s6-svscan listens, also before it can be asked to shut down", async () => {
  const shutdownd = "/package/admin/s6-linux-init/command/s6-linux-init-shutdownd";
  const script = [
    `if [ -e ${shutdownd} ]; then mv ${shutdownd} ${shutdownd}.late`,
    `printf '#!/bin/sh\nsleep 1\nexec ${shutdownd}.late "$@"\n' >${shutdownd}; chmod 755 ${shutdownd}; fi`,
    "{ until grep -q '^Name:.s6-svscan$' /proc/1/status && grep -q '^SigBlk:.*1....$' /proc/1/status; do :; done",
    "kill -TERM 1; } & exec /usr/local/lib/hermes/entrypoint.sh sh -c 'sleep 20; echo went on'",
  ].join("\n");
  const { stdout } = await runContainer({ flags: ["--entrypoint=/bin/sh"], args: ["-c", script] });
  expect(stdout).toBe("");
});

test("the plain init starts nothing more once a shutdown has begun", async () => {
  const stop = "kill -TERM $(cat /run/s6/svscan-pid); until [ -e /run/s6/stopping ]; do :; done";
  const script = [
    `printf '#!/bin/sh\\n${stop}\\n' >/etc/cont-init.d/98-stop`,
    "printf '#!/bin/sh\\necho late\\n' >/etc/cont-init.d/99-late",
    "chmod 755 /etc/cont-init.d/98-stop /etc/cont-init.d/99-late",
    "exec /usr/local/lib/hermes/entrypoint.sh echo ran",
  ].join("; ");
  const result = await runContainer({
    flags: ["--entrypoint=/bin/sh", "--init"],
    args: ["-c", script],
  });
  expect(result.stdout).toBe("");
  expect(complaintsIn(result.stderr)).toEqual([]);
});
