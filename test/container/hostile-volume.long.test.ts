import { expect, test } from "bun:test";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { BOOT_LINE, readBootLog, withoutTime } from "./support/boot-log.ts";
import { linesOf } from "./support/messages.ts";
import { findGateway } from "./support/processes.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { onVolume, onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

/** What somebody may put in the place of a state file, and the reason in the boot log. */
const STATE_FILES: Readonly<Record<string, readonly [script: string, reason: string]>> = {
  array: ["echo '[]' >$f", "state file is not an object"],
  dangling: ["ln -s /nowhere $f", "state file is a link that leads nowhere"],
  directory: ["mkdir -p $f/inside", "state file is a directory"],
  empty: [": >$f", "state file is not JSON"],
  fifo: ["mkfifo $f", "state file is a fifo"],
  huge: ["truncate -s 200M $f", "state file is larger than 1048576 bytes"],
  locked: [
    `echo '{"desired_state":"running"}' >$f && chmod 0 $f`,
    "state file cannot be read: permission denied",
  ],
  nothing: ["echo null >$f", "state file is not an object"],
  number: [`echo '{"gateway_state": 7}' >$f`, "state file has an invalid gateway_state"],
  prose: ["echo running >$f", "state file is not JSON"],
  truncated: [`printf '{"gateway_state": "runn' >$f`, "state file is not JSON"],
  utf16: [String.raw`printf '\377\376{\0"\0g\0"\0:\0001\0}\0' >$f`, "state file is not JSON"],
  wish: [`echo '{"desired_state":"yes"}' >$f`, "state file has an invalid desired_state"],
};

test("reconcile registers profiles with a broken state file down, each with one line", async () => {
  const names = Object.keys(STATE_FILES);
  const damage = Object.entries(STATE_FILES).map(
    ([name, [script]]) => `f=profiles/${name}/gateway_state.json; ${script}`,
  );
  await using volume = await createVolume();
  await onVolumeAsHermes(
    volume,
    [
      profileScript({ aaa: "running", zzz: "running" }),
      profileScript(Object.fromEntries(names.map((name) => [name, null]))),
      ...damage,
    ].join("\n"),
  );
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await waitUntilReady(container, ["aaa", "zzz"]);

  const down = Object.fromEntries(["default", ...names].map((name) => [name, "down"]));
  expect(await readConditions(container)).toEqual({ ...down, aaa: "ready", zzz: "ready" });
  const log = await readBootLog(container);
  for (const line of log) expect(line).toMatch(BOOT_LINE);
  expect(log.map(withoutTime)).toEqual([
    "profile=default prior_state=None action=registered",
    "profile=aaa prior_state=running action=started",
    ...Object.entries(STATE_FILES).map(
      ([name, [, reason]]) =>
        `profile=${name} prior_state=None action=registered reason="${reason}"`,
    ),
    "profile=zzz prior_state=running action=started",
  ]);
  expect(await readOutput(container)).not.toContain("    at ");
});

test("gateway start mends a broken state file", async () => {
  const names = Object.keys(STATE_FILES);
  await using container = await bootContainer();
  const script = Object.entries(STATE_FILES).flatMap(([name, [make]]) => [
    profileScript({ [name]: null }),
    `f=profiles/${name}/gateway_state.json; ${make}`,
  ]);
  const workdir = "/opt/data";
  await container.execOk("hermes", ["sh", "-euc", script.join("\n")], { workdir });
  const starts = names.map((name) => `hermes -p ${name} gateway start`).join("\n");
  const result = await container.exec("hermes", ["sh", "-euc", starts]);
  expect(result).toMatchObject({ code: 0, stderr: "" });
  const intents = names.map((name) => `cat profiles/${name}/gateway_state.json`).join("\n");
  const written = await container.execOk("hermes", ["sh", "-euc", intents], { workdir });
  expect(written.match(/"desired_state": "running"/g)).toHaveLength(names.length);
});

function skipped(name: string, reason: string): string {
  return `profile=${name} prior_state=None action=skipped reason="${reason}"`;
}

test("reconcile skips what is no profile's name with one line each, and no other profile", async () => {
  const long = "x".repeat(255);
  const rule = "names are 1 to 64 of a-z, 0-9, _ and -, and begin with a letter or a digit";
  await using volume = await createVolume();
  await onVolumeAsHermes(
    volume,
    [
      profileScript({
        good: "running",
        CODER: "running",
        "my bot": "running",
        "new\nline": "running",
        [long]: "running",
        [`y${"x".repeat(64)}`]: "running",
        "-flag": "running",
        "semi;colon$(id)": "running",
        'quo"te': "running",
        naïve: "running",
        sudo: "running",
        default: "running",
        ".hidden": "running",
        unreadable: "running",
      }),
      "chmod 0 profiles/unreadable",
      "mkdir profiles/no-marker profiles/.dotted",
      "echo file >profiles/a-file",
    ].join("\n"),
  );
  await onVolume(volume, "install -d -m 0700 -o 5555 -g 5555 profiles/of-stranger");
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await waitUntilReady(container, ["good"]);
  expect(await readConditions(container)).toEqual({ default: "down", good: "ready" });

  const log = await readBootLog(container);
  for (const line of log) expect(line).toMatch(BOOT_LINE);
  const denied = "cannot read the profile directory: permission denied";
  expect(log.map(withoutTime).toSorted()).toEqual(
    [
      "profile=default prior_state=None action=registered",
      "profile=good prior_state=running action=started",
      skipped("profiles/default", "'default' is the root profile; profiles/default is not used"),
      skipped("CODER", rule),
      skipped('"my bot"', rule),
      skipped(String.raw`"new\nline"`, rule),
      skipped(`${"x".repeat(197)}...`, rule),
      skipped(`y${"x".repeat(64)}`, rule),
      skipped("-flag", rule),
      skipped('"semi;colon$(id)"', rule),
      skipped(String.raw`"quo\"te"`, rule),
      skipped('"naïve"', rule),
      skipped("sudo", "'sudo' is reserved"),
      skipped("unreadable", denied),
      skipped("of-stranger", denied),
    ].toSorted(),
  );
});

test("a read-only volume keeps no gateway from running, and its boot log goes to stdout", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, profileScript({ coder: "running", writer: "stopped" }));
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data:ro`] });
  await waitUntilReady(container, ["coder"]);
  expect(await readConditions(container)).toEqual({
    default: "down",
    coder: "ready",
    writer: "down",
  });
  const { stdout, stderr } = await container.logs();
  const lines = linesOf(stdout, / prior_state=/);
  for (const line of lines) expect(line).toMatch(BOOT_LINE);
  expect(lines.map(withoutTime)).toEqual([
    "profile=default prior_state=None action=registered",
    "profile=coder prior_state=running action=started",
    "profile=writer prior_state=stopped action=registered",
  ]);
  expect(linesOf(stderr, /cannot write .*container-boot\.log: read-only file system/)).toHaveLength(
    1,
  );
  expect(linesOf(stdout, /^Gateway 'coder' runs \(pid \d+\)$/)).toHaveLength(1);

  const stopped = await container.exec("root", ["hermes", "-p", "coder", "gateway", "stop"]);
  expect(stopped).toMatchObject({ code: 0, stdout: "Stopped gateway 'coder'\n" });
  expect(stopped.stderr).toMatch(/^warning: .*after a restart.*read-only file system\)\n$/);
  const create = await container.exec("root", ["hermes", "profile", "create", "new"]);
  expect(create.code).toBe(1);
  expect(create.stderr).toBe(
    "✗ Cannot create profile 'new': /opt/data/profiles/new: read-only file system\n" +
      "  Hint: see `hermes doctor` for what is wrong with the volume\n",
  );
});

test("a full volume keeps no gateway from running, and its boot log goes to stdout", async () => {
  const prepare = `
    set -eu
    cd /opt/data
    chown 10000:10000 .
    ${profileScript({ coder: "running", writer: "stopped" })}
    chown -R 10000:10000 .
    head -c 1M /dev/zero >rest 2>/dev/null || true
    exec /usr/local/lib/hermes/entrypoint.sh sleep infinity`;
  await using container = await bootContainer({
    flags: ["--mount=type=tmpfs,destination=/opt/data,tmpfs-size=128k", "--entrypoint=/bin/sh"],
    args: ["-c", prepare],
  });
  await waitUntilReady(container, ["coder"]);
  expect(await readConditions(container)).toEqual({
    default: "down",
    coder: "ready",
    writer: "down",
  });
  const { stdout, stderr } = await container.logs();
  expect(linesOf(stdout, / prior_state=/).map(withoutTime)).toEqual([
    "profile=default prior_state=None action=registered",
    "profile=coder prior_state=running action=started",
    "profile=writer prior_state=stopped action=registered",
  ]);
  expect(
    linesOf(stderr, /cannot write .*container-boot\.log: no space left on device/),
  ).toHaveLength(1);
  expect(`${stdout}${stderr}`).not.toContain("    at ");

  const started = await container.exec("root", ["hermes", "-p", "writer", "gateway", "start"]);
  const { pid } = await findGateway(container, "writer");
  expect(started).toMatchObject({
    code: 0,
    stdout: `Started gateway 'writer' (pid ${pid}), ready\n`,
  });
  expect(started.stderr).toMatch(/^warning: .*after a restart.*no space left on device\)\n$/);

  // As soon as there is room again, what an operator asks for is recorded.
  await container.execOk("hermes", ["rm", "/opt/data/rest"]);
  await container.execOk("root", ["hermes", "-p", "writer", "gateway", "stop"]);
  await waitFor(async () => {
    const file = "/opt/data/profiles/writer/gateway_state.json";
    return (await container.execOk("hermes", ["cat", file])).includes('"stopped"');
  });
});
