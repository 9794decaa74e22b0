import { expect, test } from "bun:test";
import { runContainer, type Container } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { bootContainer, readOutput, restartContainer } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";
import { waitUntilReady } from "./support/status.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

/** The moment after the commit: the command was killed there. */
const COMMIT = "mv /opt/data/profiles/coder /opt/data/profiles/.coder.deleted";
const LEFTOVERS = `ls -A /opt/data/profiles /opt/data/logs/gateways /run/hermes /run/service /run/hermes-alias |
  grep coder; cat /opt/data/active_profile 2>/dev/null; :`;

async function makeCoder(container: Container): Promise<void> {
  await container.execOk("root", ["hermes", "profile", "create", "coder"]);
  await container.execOk("root", ["hermes", "profile", "use", "coder"]);
  await container.execOk("root", ["hermes", "-p", "coder", "gateway", "start"]);
}

test.each(["root", "hermes"])(
  "hermes profile delete by %s completes one that was killed after its commit, and doctor names it",
  async (user) => {
    await using container = await bootContainer();
    await makeCoder(container);
    await container.execOk("hermes", ["sh", "-c", COMMIT]);
    const { stdout } = await container.exec(user, ["hermes", "doctor"]);
    expect(stdout).toContain("profile 'coder' is not deleted completely");
    expect(await container.execOk(user, ["hermes", "profile", "delete", "coder"])).toBe(
      "Deleted profile 'coder'\n",
    );
    expect(await container.execOk("root", ["sh", "-c", LEFTOVERS])).toBe("");
    const again = await container.exec(user, ["hermes", "profile", "delete", "coder", "-y"]);
    expect(again.stderr).toStartWith("✗ Cannot delete profile 'coder': no such profile\n");
  },
);

test("hermes doctor --fix and a new profile of the name complete a deletion, too", async () => {
  await using container = await bootContainer();
  for (const command of [
    ["doctor", "--fix"],
    ["profile", "create", "coder"],
  ]) {
    await makeCoder(container);
    await container.execOk("hermes", ["sh", "-c", COMMIT]);
    await container.exec("root", ["hermes", ...command]);
    const files = await container.execOk("root", ["ls", "-A", "/opt/data/profiles"]);
    expect(files).toBe(command[0] === "doctor" ? "" : "coder\n");
  }
  const status = await container.exec("root", ["hermes", "-p", "coder", "gateway", "status"]);
  expect(status.stdout).toContain("Last exits: none");
});

test("a boot completes a deletion that was killed after its commit", async () => {
  await using volume = await createVolume();
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await makeCoder(container);
  await container.execOk("hermes", ["sh", "-c", COMMIT]);
  await restartContainer(container);
  expect(await container.execOk("root", ["sh", "-c", LEFTOVERS])).toBe("");
});

test("hermes profile delete is refused while another container on the volume runs the gateway", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
  const volumes = [`${volume.name}:/opt/data`];
  await using first = await bootContainer({ volumes });
  await waitUntilReady(first, ["coder"]);
  await using second = await bootContainer({ volumes, args: ["sleep", "infinity"] });
  await second.execOk("root", ["hermes", "-p", "coder", "gateway", "stop"]);
  const refused = await second.exec("root", ["hermes", "profile", "delete", "coder", "-y"]);
  expect(refused).toMatchObject({
    code: 1,
    stderr:
      "✗ Cannot delete profile 'coder': another container on this volume runs its gateway\n" +
      "  Hint: delete it there, or stop that container first\n",
  });
  expect(await first.execOk("root", ["hermes", "profile", "delete", "coder", "-y"])).toBe(
    "Deleted profile 'coder'\n",
  );
});

test("`gateway start` as the container's command says that the container ends", async () => {
  const { stderr } = await runContainer({ args: ["gateway", "start"] });
  expect(
    linesOf(
      stderr,
      /^warning: `gateway start` ends .* the container ends with it: use `gateway run`/,
    ),
  ).toHaveLength(1);
});

test("hermes gateway install and uninstall explain themselves", async () => {
  await using container = await bootContainer();
  for (const verb of ["install", "uninstall"]) {
    const result = await container.exec("root", ["hermes", "gateway", verb, "--system"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toStartWith(`Nothing to ${verb}: in this container `);
  }
});

test("a boot with S6_VERBOSITY=2 prints a line per profile", async () => {
  await using container = await bootContainer({ env: { S6_VERBOSITY: "2" } });
  const lines = linesOf(
    await readOutput(container),
    /profile=default prior_state=None action=registered/,
  );
  expect(lines).toHaveLength(1);
});
