import { expect, test } from "bun:test";
import { join } from "node:path";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { waitFor } from "../support/program.ts";
import { S6Tree } from "../support/s6-tree.ts";

const RUNNING = '{"desired_state": "running"}';
const LINES =
  /^\S+ profile=default prior_state=None action=registered\n\S+ profile=coder prior_state=None action=started desired_state=running\n$/;

/** A tree whose volume is a small file system of its own, with a profile that is to run. */
async function treeOnTmpfs(): Promise<S6Tree> {
  const prepare = 'mount -t tmpfs -o size=256k,mode=755 tmpfs "$TREE/home"';
  const tree = await S6Tree.start({ prepare });
  tree.addProfile("coder", RUNNING);
  return tree;
}

const shell = (tree: S6Tree, script: string) => tree.run(["/bin/sh", "-euc", script, tree.home]);

const CONDITIONS = [
  ["a read-only", 'mount -o remount,ro "$0"', "read-only file system"],
  [
    "a full",
    'mkdir -p "$0/logs/gateways"; head -c 1000000 /dev/zero >"$0/filler" 2>/dev/null || :; printf x >"$0/last" 2>/dev/null || :',
    "no space left on device",
  ],
] as const;

test.each(CONDITIONS)(
  "hermes-boot reconcile on %s volume goes on, and prints its lines",
  async (_, script, why) => {
    await using tree = await treeOnTmpfs();
    await shell(tree, script);
    const { code, stdout, stderr } = await tree.boot("reconcile");
    expect(code).toBe(0);
    expect(stdout).toMatch(LINES);
    expect(stderr).toContain(`${why}; its lines follow\n`);
    expect(stderr).toContain("reconcile: gateways: 1 started, 1 registered, 0 skipped\n");
  },
  60_000,
);

test.each(CONDITIONS)(
  "a gateway on %s volume gets ready, answers, stops and ends well",
  async (_, script, why) => {
    await using tree = await treeOnTmpfs();
    await shell(tree, script);
    await tree.boot("reconcile");
    await waitFor("the gateway", async () => (await tree.status("coder"))?.ready === true);
    expect(tree.output()).toContain(`warning: cannot write the state file: ${why}\n`);
    const { code, stdout, stderr } = await tree.hermes("-p", "coder", "gateway", "stop");
    expect(code).toBe(0);
    expect(stdout).toBe("Stopped gateway 'coder'\n");
    expect(stderr).toBe(
      `warning: gateway 'coder' will not be stopped after a restart of the container: the desired state is not on disk (${why})\n`,
    );
    const exit = ["/usr/bin/s6-svstat", "-o", "exitcode,signal", tree.slot("coder")];
    expect((await tree.run(exit)).stdout.trim()).toBe("0 NA");
    expect(tree.gateways("coder")).toEqual([]);
  },
  60_000,
);

const HINT = "  Hint: see `hermes doctor` for what is wrong with the volume\n";

test.each(CONDITIONS)(
  "hermes profile create on %s volume says why it cannot, and leaves no half",
  async (_, script, why) => {
    await using tree = await treeOnTmpfs();
    await shell(tree, script);
    const create = await tree.hermes("profile", "create", "fresh");
    expect({ code: create.code, stderr: create.stderr }).toEqual({
      code: 1,
      stderr: `✗ Cannot create profile 'fresh': ${tree.profile("fresh")}: ${why}\n${HINT}`,
    });
    const listing = await shell(tree, 'ls -A "$0/profiles"');
    expect(listing.stdout).toBe("coder\n");
  },
  60_000,
);

test("hermes-boot volume seed on a full volume leaves no SOUL.md of 0 bytes, and makes it when there is room", async () => {
  await using tree = await treeOnTmpfs();
  const [, [, fill]] = CONDITIONS;
  await shell(tree, `${fill}\nrm -f "$0/SOUL.md"`);
  const look = 'cd "$0"; stat -c "%s %n" SOUL.md .SOUL* 2>/dev/null || :';
  const full = await tree.boot("volume", "seed");
  expect(full.stderr).toContain("no space left on device; make room on it");
  expect((await shell(tree, look)).stdout).toBe("");
  await shell(tree, 'rm "$0/filler"');
  expect((await tree.boot("volume", "seed")).stderr).toBe("");
  expect((await shell(tree, look)).stdout).toMatch(/^[1-9]\d* SOUL\.md\n$/);
});

test("every command works on a volume that refuses chmod", async () => {
  await using tree = await S6Tree.start(IMAGE_LIKE);
  // As CIFS, exFAT or another user's NTFS do; s6 and the registrar, which work elsewhere, may.
  const calls = "chmod,fchmod,fchmodat";
  const refuse = ["-e", `trace=${calls}`, "-e", `inject=${calls}:error=EPERM`];
  const refused = (program: string, words: string) =>
    tree.run(
      [
        "strace",
        "-f",
        "-o",
        "/dev/null",
        ...refuse,
        "--",
        join(tree.bin, program),
        ...words.split(" "),
      ],
      { uid: HERMES_UID },
    );
  expect(await refused("hermes-boot", "volume seed")).toMatchObject({ code: 0, stderr: "" });
  for (const words of [
    "profile create coder",
    "-p coder gateway start",
    "-p coder gateway restart",
    "-p coder gateway stop",
    "profile rename coder writer",
    "profile use writer",
    "profile delete writer -y",
  ]) {
    const { code, stderr } = await refused("hermes", words);
    expect({ words, code, stderr }).toMatchObject({ words, code: 0 });
    expect(stderr).not.toContain("permitted");
  }
  for (const model of ["first", "second"]) {
    // No model server answers here.
    const words = `setup --base-url http://127.0.0.1:9/v1 --model ${model}`;
    expect((await refused("hermes", words)).stdout).toStartWith("Wrote ");
  }
  const { stdout } = await refused("hermes", "doctor");
  expect(stdout).toContain("can be written to");
  expect(stdout).not.toContain("read-write");
}, 120_000);
