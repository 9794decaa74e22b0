import { afterAll, beforeAll, expect, test } from "bun:test";
import { runContainer, type Container } from "./harness/container.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";
import { readGateway } from "./support/status.ts";
import { listTree, ownerAndMode } from "./support/tree.ts";

const HERMES = "10000:10000";
const SLOT = "/run/service/gateway-coder";
let container: Container;

beforeAll(async () => {
  container = await bootContainer();
  await container.execOk("hermes", ["hermes", "profile", "create", "coder"]);
});
afterAll(async () => {
  await container.remove();
});

/** Where hermes may write by design, and what every user may write. */
const OPEN = ["/opt/data", "/run/hermes", "/tmp", "/var/tmp", "/run/lock", "/dev", "/proc", "/sys"];

test("a slot is root's, with its status open to the group and its control FIFO as well", async () => {
  const expected: Readonly<Record<string, string>> = {
    "": "root:root 755",
    "/run": "root:root 755",
    "/finish": "root:root 755",
    "/data/check": "root:root 755",
    "/log/run": "root:root 755",
    "/type": "root:root 644",
    "/supervise": "root:hermes 710",
    "/supervise/control": "root:hermes 620",
    "/log/supervise": "root:hermes 710",
    "/log/supervise/control": "root:hermes 620",
  };
  for (const [path, facts] of Object.entries(expected)) {
    expect(`${path} ${await ownerAndMode(container, `${SLOT}${path}`)}`).toBe(`${path} ${facts}`);
  }
});

test("hermes can write nothing outside its own directories but the control FIFOs", async () => {
  const prune = OPEN.flatMap((path) => ["-o", "-path", path]).slice(1);
  const find = ["find", "/", "(", ...prune, ")", "-prune", "-o", "!", "-type", "l", "-print"];
  const paths = await container.execOk("root", find);
  const ask = 'while IFS= read -r path; do [ ! -w "$path" ] || echo "$path"; done';
  const writable = await container.execOk(HERMES, ["sh", "-c", ask], { input: paths });
  const found = writable.trimEnd().split("\n");

  const links = "for entry in /run/service/*; do readlink -f $entry; done";
  const services = (await container.execOk("root", ["sh", "-c", links])).trimEnd().split("\n");
  const controls = [...services, ...services.map((service) => `${service}/log`)].map(
    (service) => `${service}/supervise/control`,
  );
  const slots = [SLOT, "/run/service/gateway-default"];
  for (const slot of slots) {
    expect(found).toContain(`${slot}/supervise/control`);
    expect(found).toContain(`${slot}/log/supervise/control`);
  }
  // A socket is open to all: its server looks at whom a connection is from.
  const sockets = found.filter((path) => !controls.includes(path));
  expect(sockets).toContain("/run/hermes-registrar/socket");
  for (const socket of sockets) {
    const type = await container.execOk("root", ["stat", "-c", "%F", socket]);
    expect(`${socket}: ${type}`).toBe(`${socket}: socket\n`);
    const refused = await container.exec(HERMES, ["s6-sudo", socket, "id"]);
    expect(`${socket}: ${refused.stdout}`).toBe(`${socket}: `);
    expect(refused.code).not.toBe(0);
  }
});

test("every change that hermes tries below the scan directory is refused", async () => {
  const attempts = [
    "touch new",
    "mkdir new",
    "mkfifo new",
    "ln -s /tmp new",
    "mkdir .gateway-new.tmp",
    "mv gateway-coder gateway-other",
    "mv gateway-coder .gateway-coder.gone",
    "mv gateway-coder /opt/data/taken",
    "mv -T --exchange gateway-coder /opt/data/profiles",
    "rm -rf gateway-coder",
    "rm -f gateway-coder/down",
    "rm -f gateway-coder/supervise/control",
    "mv gateway-coder/supervise/control gateway-coder/supervise/other",
    "mkfifo gateway-coder/supervise/new",
    "ln -f /opt/data/SOUL.md gateway-coder/supervise/control",
    "touch gateway-coder/new",
    "touch gateway-coder/supervise/new",
    "touch gateway-coder/event/new",
    "touch gateway-coder/log/event/new",
    "touch registrar/event/new",
    "mv gateway-coder/event gateway-coder/other",
    "rmdir gateway-coder/event",
    "cp /bin/true gateway-coder/run",
    "cp --remove-destination /bin/true gateway-coder/run",
    "cp /bin/true gateway-coder/finish",
    "cp /bin/true gateway-coder/data/check",
    "cp /bin/true gateway-coder/log/run",
    "truncate -s 0 gateway-coder/supervise/status",
    "truncate -s 0 gateway-coder/supervise/lock",
    "cp /bin/true .s6-svscan/finish",
    "dd if=/dev/null of=.s6-svscan/control conv=notrunc",
    "dd if=/dev/null of=.s6-svscan/lock conv=notrunc",
    "truncate -s 0 .hermes.lock",
    "s6-svscanctl -a .",
    "s6-svscanctl -t .",
    "chmod 0777 gateway-coder/supervise",
    "chgrp hermes gateway-coder",
    "mv /run/service /run/other",
    "mv /run/hermes-registrar /run/other",
    "rm -f /run/hermes-registrar/socket",
    "touch /run/hermes-registrar/rules/uid/default/allow",
    "ln -s /opt/data/evil /run/hermes-alias/evil",
    "touch /run/s6/container_environment/LD_PRELOAD",
    "touch /run/hermes-boot/main.json",
  ];
  const before = await listTree(container, "/run");
  const results = await runEach(HERMES, attempts);
  expect(results).toHaveLength(attempts.length);
  for (const { command, code, output } of results) {
    expect(`${command}: exit ${code === 0 ? 0 : "other"}`).toBe(`${command}: exit other`);
    expect(`${command}: ${output}`).toMatch(/permission denied|not permitted|cross-device/i);
  }
  expect(await listTree(container, "/run")).toEqual(before);
});

interface Attempt {
  readonly command: string;
  readonly code: number;
  /** stdout and stderr. */
  readonly output: string;
}

/** Runs each command in the scan directory, in one `exec`. */
async function runEach(user: string, commands: readonly string[]): Promise<readonly Attempt[]> {
  const each = 'while IFS= read -r command; do sh -c "$command" </dev/null; echo "=$?="; done 2>&1';
  const input = commands.map((command) => `${command}\n`).join("");
  const text = await container.execOk(user, ["sh", "-c", each], {
    input,
    workdir: "/run/service",
  });
  const parts = text.split(/=(\d+)=\n/);
  return commands.map((command, index) => ({
    command,
    output: parts[2 * index] ?? "",
    code: Number(parts[2 * index + 1]),
  }));
}

test("hermes commands a gateway through its control FIFO", async () => {
  await container.execOk(HERMES, ["s6-svc", "-u", SLOT]);
  await waitFor(async () => (await readGateway(container, "coder")).state === "ready");
  await container.execOk(HERMES, ["s6-svc", "-d", SLOT]);
  await waitFor(async () => (await readGateway(container, "coder")).state === "down");
});

test("a scan directory that is none is said, and the command runs all the same", async () => {
  const result = await runContainer({
    env: { S6_PROFILE_GATEWAY_SCANDIR: "/run/other" },
    // Long enough for what would end the container.
    args: ["sh", "-c", "sleep 1; hermes gateway start; exit 9"],
  });
  expect(result.code).toBe(9);
  expect(result.stdout).toBe("");
  const refusals = linesOf(result.stderr, /^✗ /);
  const refusal = "✗ Cannot change services: '/run/other' is no directory";
  expect(refusals).toEqual([refusal, refusal]);
  expect(linesOf(result.stderr, /^ {2}Hint: leave out S6_PROFILE_GATEWAY_SCANDIR/)).toHaveLength(2);
  expect(result.stderr).not.toContain("bug");
});
