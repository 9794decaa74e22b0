import { expect, test } from "bun:test";
import type { Container } from "./harness/container.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";
import { listProcesses } from "./support/processes.ts";

const LOGS = "/opt/data/logs/gateways";
const causeOf = (name: string) => `hermes: gateway '${name}' logs to the container's output only: `;

async function prepare(container: Container, script: string, name = "coder"): Promise<void> {
  await container.execOk("root", ["hermes", "profile", "create", name]);
  await container.execOk("root", ["sh", "-c", script]);
  await container.execOk("root", ["hermes", "-p", name, "gateway", "start"]);
}

/** The process of a gateway's logger that does the work alone. */
async function findS6Log(container: Container, name = "coder"): Promise<number | undefined> {
  const processes = await listProcesses(container);
  return processes.find(({ args }) => args.includes("1") && args.at(-1) === `${LOGS}/${name}`)?.pid;
}

const causes = async (container: Container, name = "coder") =>
  linesOf(await readOutput(container), new RegExp(`^${causeOf(name)}`));

test("a logger whose lock or directory belongs to root says so once, in status and doctor too, and returns to the volume by itself", async () => {
  await using container = await bootContainer();
  const lock = `${LOGS}/coder/lock`;
  await prepare(container, `install -d -o hermes -g hermes ${LOGS} ${LOGS}/coder && touch ${lock}`);
  await waitFor(async () => (await causes(container)).length > 0, { what: "the cause" });
  expect(await causes(container)).toEqual([`${causeOf("coder")}${lock}: permission denied`]);
  await waitFor(
    async () => linesOf(await readOutput(container), /^Gateway 'coder' runs /).length === 1,
  );
  for (const user of ["root", "hermes"]) {
    const said = `log: lines go to the container's output only: ${lock}`;
    // The relay says a cause before it records it.
    await waitFor(
      async () => (await container.exec(user, ["hermes", "status"])).stdout.includes(said),
      { what: said },
    );
    const doctor = await container.exec(user, ["hermes", "doctor"]);
    expect(doctor.code).toBe(3);
    expect(doctor.stdout).toContain("the log of gateway 'coder' is not complete");
  }
  await container.execOk("root", ["chown", "hermes:", lock]);
  await waitFor(async () => (await findS6Log(container)) !== undefined, { what: "s6-log" });
  expect(await container.execOk("hermes", ["cat", `${LOGS}/coder/current`])).toMatch(
    /^@4[0-9a-f]{23} Gateway 'coder' runs /m,
  );
  expect(await causes(container)).toHaveLength(1);
  expect(linesOf(await readOutput(container), /s6-log: fatal/)).toEqual([]);
  expect((await container.exec("root", ["hermes", "status"])).stdout).not.toContain("log: ");

  const directory = `${LOGS}/writer`;
  await prepare(container, `install -d -o root ${directory}`, "writer");
  await waitFor(async () => (await causes(container, "writer")).length > 0, { what: "the cause" });
  await container.execOk("root", ["chown", "hermes:", directory]);
  await waitFor(async () => (await findS6Log(container, "writer")) !== undefined, {
    what: "s6-log",
  });
  expect(await causes(container, "writer")).toEqual([
    `${causeOf("writer")}${directory}: permission denied`,
  ]);
});

test("a logger on a volume that is full says so once, and returns once there is room", async () => {
  const flags = ["--mount=type=tmpfs,destination=/opt/data,tmpfs-size=8m,tmpfs-mode=0777"];
  await using container = await bootContainer({ flags });
  expect(await container.execOk("root", ["df", "--output=size", "/opt/data"])).toContain("8192\n");
  await prepare(container, ":");
  await waitFor(async () => (await findS6Log(container)) !== undefined, { what: "s6-log" });
  const fill = "cat /dev/zero >/opt/data/filler 2>/dev/null || :";
  await container.execOk("hermes", ["sh", "-c", fill]);
  await container.execOk("root", ["kill", "-KILL", String(await findS6Log(container))]);
  await waitFor(async () => (await causes(container)).length > 0, { what: "the cause" });
  expect((await causes(container))[0]).toEndWith("/coder: no space left on device");
  await container.execOk("root", ["hermes", "-p", "coder", "gateway", "restart"]);
  await waitFor(
    async () => linesOf(await readOutput(container), /^Gateway 'coder' runs /).length === 2,
  );
  await container.execOk("hermes", ["rm", "/opt/data/filler"]);
  await waitFor(async () => (await findS6Log(container)) !== undefined, { what: "s6-log" });
  const log = await container.execOk("root", ["hermes", "-p", "coder", "gateway", "logs"]);
  expect(linesOf(log, /Gateway 'coder' runs /)).toHaveLength(2);
  expect(await causes(container)).toHaveLength(1);
});
