import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { REPOSITORY } from "../support/executable.ts";
import { runContainer, startContainer, type Container } from "./harness/container.ts";
import { readEngine } from "./harness/engine.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { complaintsIn, linesOf } from "./support/messages.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { onVolume } from "./support/volume-content.ts";
import { QUICK_MS } from "../support/quick.ts";

const LEAST = ["--cap-drop=ALL", "--cap-add=KILL", "--cap-add=SETGID", "--cap-add=SETUID"];
const READ_ONLY = ["--read-only", "--tmpfs=/run:exec"];
const NO_NEW = "--security-opt=no-new-privileges";
/** As rootless Podman has it: the container's root is nobody on the host. Docker's is a setting of its daemon. */
const USER_NAMESPACE = ["--uidmap=0:200000:65536", "--gidmap=0:200000:65536"];
const hasUserNamespaces = readEngine().program.endsWith("podman");

/** Every way to hold a container back in which all of it still works; `warnings` are its lines at boot. */
const WAYS: readonly { readonly flags: readonly string[]; readonly warnings: number }[] = [
  { flags: READ_ONLY, warnings: 0 },
  { flags: [...READ_ONLY, "--user=10000:10000"], warnings: 0 },
  { flags: ["--read-only", "--tmpfs=/run:exec,mode=1777", "--user=10000:10000"], warnings: 0 },
  { flags: [...LEAST, "--cap-add=CHOWN"], warnings: 0 },
  // The volume is hermes' already.
  { flags: LEAST, warnings: 2 },
  { flags: ["--cap-drop=ALL", "--user=10000:10000"], warnings: 0 },
  // Kubernetes' runAsUser without runAsGroup, and a group of somebody else's.
  { flags: ["--user=10000:0"], warnings: 0 },
  { flags: ["--user=10000:1234"], warnings: 0 },
  { flags: [NO_NEW], warnings: 0 },
  { flags: [...READ_ONLY, ...LEAST, "--cap-add=CHOWN", NO_NEW], warnings: 0 },
  { flags: [...READ_ONLY, "--cap-drop=ALL", "--user=10000:10000", NO_NEW, "--init"], warnings: 0 },
  ...(hasUserNamespaces ? [{ flags: USER_NAMESPACE, warnings: 0 }] : []),
];

/** The end of the boot, seen by whom the tree belongs to: root without capabilities may not look at hermes' own. */
async function waitForRegistrar(container: Container, user: string): Promise<void> {
  const argv = ["s6-svstat", "-o", "ready", "/run/service/registrar"];
  await waitFor(async () => (await container.exec(user, argv)).stdout === "true\n", {
    what: "the end of the boot",
  });
}

describe("a restricted container", () => {
  test.concurrent.each(WAYS)("works with $flags", async ({ flags, warnings }) => {
    const own = flags.find((flag) => flag.startsWith("--user="));
    const user = own?.replace("--user=", "") ?? "root";
    await using container = await startContainer({ flags, args: ["sleep", "infinity"] });
    await waitForRegistrar(container, user);
    for (const words of [
      ["profile", "create", "coder"],
      ["-p", "coder", "gateway", "start"],
      ["-p", "coder", "gateway", "restart"],
    ]) {
      await container.execOk(user, ["hermes", ...words]);
    }
    await container.execOk("hermes", ["hermes", "profile", "create", "other"]);
    await container.execOk("hermes", ["hermes", "-p", "other", "gateway", "start"]);
    await container.execOk("hermes", ["hermes", "-p", "other", "gateway", "stop"]);
    await container.execOk(user, ["hermes", "profile", "delete", "other", "-y"]);
    expect(await container.execOk(user, ["hermes-boot", "health"])).toContain("1 of 1 ");
    await container.restart();
    await waitForRegistrar(container, user);
    await waitUntilReady(container, ["coder"]);
    expect(await readConditions(container)).toEqual({ default: "down", coder: "ready" });
    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(QUICK_MS);
    const output = await readOutput(container);
    expect(linesOf(output, /^✗|denied|fatal|^rm: |    at /)).toEqual([]);
    // It was started twice.
    expect(complaintsIn(output)).toHaveLength(2 * warnings);
  });
});

/** What Kubernetes mounts for an emptyDir: root's, open, and with fsGroup the group's. */
const EMPTY_DIRS = [
  ["0:0", "0777"],
  ["0:10000", "2777"],
  ["0:10000", "2775"],
] as const;

describe.each(EMPTY_DIRS)("a volume that is %s's with mode %s on /run", (owner, mode) => {
  test.concurrent.each([
    [["--user=10000:10000", "--cap-drop=ALL", "--read-only", NO_NEW]],
    [[...LEAST, "--cap-add=CHOWN", "--read-only", NO_NEW]],
  ])("does for %j, also when the container starts again", async (flags) => {
    await using run = await createVolume();
    await onVolume(run, `touch something; chown ${owner} . && chmod ${mode} .`);
    const user = flags[0] === "--user=10000:10000" ? "hermes" : "root";
    await using container = await startContainer({
      flags,
      volumes: [`${run.name}:/run`],
      args: ["sleep", "infinity"],
    });
    await waitForRegistrar(container, user);
    await container.execOk(user, ["hermes", "gateway", "start"]);
    await container.restart();
    await waitForRegistrar(container, user);
    await waitUntilReady(container, ["default"]);
    expect(complaintsIn(await readOutput(container))).toEqual([]);
  });
});

function fixture(name: string, path: string): string {
  return `--volume=${join(REPOSITORY, "test/container/fixtures", name)}:${path}:ro`;
}

describe("a machine on which hermes does not run", () => {
  const aborts = fixture("aborts", "/usr/local/bin/hermes");

  test.concurrent.each([
    [
      "for whatever reason",
      [aborts],
      "✗ Cannot run hermes on this machine: 'hermes-boot enter' ended with exit code 134",
      "  Hint: see its output above; if there is none, give the container more memory (docker run --memory)",
    ],
    [
      "for its large pages",
      [aborts, fixture("large-pages", "/usr/local/sbin/getconf")],
      "✗ Cannot run hermes on this kernel: its pages have 65536 bytes, and hermes needs 4096 or 16384",
      "  Hint: boot a kernel with smaller pages (not the one that is called 64k)",
    ],
  ])("%s ends the container before anything else is tried", async (_, flags, what, hint) => {
    const result = await runContainer({ flags, args: ["echo", "ran"] });
    expect(result).toMatchObject({ code: 134, stdout: "" });
    // What the shell says of the signal comes first.
    expect(result.stderr.trimEnd().split("\n").slice(1)).toEqual([what, hint]);
  });
});

describe("what is missing is named, with the flag that gives it", () => {
  test.concurrent.each([
    ["SETUID", "Cannot drop from root to hermes"],
    ["SETGID", "Cannot drop from root to hermes"],
    ["KILL", "Cannot stop what runs as hermes"],
  ])("%s ends the container before anything runs", async (name, what) => {
    const result = await runContainer({ flags: [`--cap-drop=${name}`], args: ["echo", "ran"] });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr.split("\n")).toEqual([
      `✗ ${what}: the capability ${name} is missing`,
      `  Hint: add --cap-add ${name} to docker run, or run rootless with --user 10000:10000`,
      "",
    ]);
  });

  test.concurrent("CHOWN is a warning", async () => {
    const result = await runContainer({ flags: ["--cap-drop=CHOWN"], args: ["echo", "ran"] });
    expect(result).toMatchObject({ code: 0, stdout: "ran\n" });
    expect(linesOf(result.stderr, /the capability/)).toEqual([
      "warning: Cannot give files of root's on the volume to hermes: the capability CHOWN is missing",
    ]);
    expect(result.stderr).toContain("--cap-add CHOWN");
  });

  test.concurrent("a /run that programs cannot run on", async () => {
    const result = await runContainer({ flags: ["--tmpfs=/run:noexec"], args: ["echo", "ran"] });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr.split("\n")).toEqual([
      "✗ Cannot run programs on /run: it is mounted noexec",
      "  Hint: add --tmpfs /run:exec to docker run (in Kubernetes: mount an emptyDir there)",
      "",
    ]);
  });

  test.concurrent("a limit of processes that the boot does not fit into", async () => {
    const result = await runContainer({ flags: ["--pids-limit=20"], args: ["echo", "ran"] });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr.split("\n")).toEqual([
      "✗ Cannot boot: the container may have 20 processes, and the boot alone takes 32",
      "  Hint: pass a higher --pids-limit to docker run (`pids_limit` in Compose): threads count, 128 is enough for a few gateways",
      "",
    ]);
  });

  test.concurrent("a limit of processes that the command does not fit into", async () => {
    // The last one counts.
    const flags = ["--ulimit=nproc=5:5"];
    const { code, stdout, stderr } = await runContainer({ flags, args: ["echo", "ran"] });
    expect({ code, stdout }).toEqual({ code: 75, stdout: "" });
    expect(linesOf(stderr, /^✗ |^ {2}Hint: |^ +at |panic/)).toEqual([
      "✗ Cannot start /usr/bin/echo: the limit of processes is reached, or it would have to wait",
      "  Hint: raise the limit of processes (`ulimit -u`, `docker run --ulimit nproc=…`, `--pids-limit`), or stop some",
    ]);
  });

  test.concurrent("a /run that cannot be written", async () => {
    // A mount of nothing, read-only, is the same for docker and podman.
    const result = await runContainer({ flags: ["--tmpfs=/run:ro,exec"], args: ["echo", "ran"] });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr.split("\n")).toEqual([
      "✗ Cannot write to /run, where the services live",
      "  Hint: add --tmpfs /run:exec to docker run (in Kubernetes: mount an emptyDir there)",
      "",
    ]);
  });

  test.concurrent.each([
    [READ_ONLY, "leave out --read-only"],
    [[fixture("passwd", "/etc/passwd")], "mount /etc/passwd and /etc/group without `ro`"],
  ])("ids that read-only files do not take: %j", async (flags, way) => {
    const result = await runContainer({
      flags,
      env: { PUID: "99", PGID: "100" },
      args: ["id", "-u"],
    });
    expect(result).toMatchObject({ code: 0, stdout: "10000\n" });
    expect(linesOf(result.stderr, /^✗ |^ {2}Hint: /)).toEqual([
      "✗ Cannot change the ids of hermes to 99:100: read-only file system",
      `  Hint: ${way}, or \`chown -R 10000:10000\` the volume instead`,
    ]);
  });
});

test("two gateways run in 40 processes, without a page about Bun", async () => {
  await using container = await bootContainer({ flags: ["--pids-limit=40"] });
  for (const name of ["first", "second"]) {
    await container.execOk("root", ["hermes", "profile", "create", name]);
    await container.execOk("root", ["hermes", "-p", name, "gateway", "start"]);
  }
  const output = await readOutput(container);
  expect(linesOf(output, /^Gateway '(?:first|second)' runs /)).toHaveLength(2);
  expect(linesOf(output, /Bun|panic|Abort|Cannot/)).toEqual([]);
});
