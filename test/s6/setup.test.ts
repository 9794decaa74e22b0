import { expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { listTree } from "../support/listing.ts";
import { S6Tree, type TreeOptions } from "../support/s6-tree.ts";

/** The image, with its volume where a volume may be. */
const WITH_VOLUME: TreeOptions = {
  ...IMAGE_LIKE,
  env: { ...IMAGE_LIKE.env, HERMES_HOME: "/opt/data" },
  prepare: `${IMAGE_LIKE.prepare}
mount -t tmpfs -o mode=755 tmpfs /opt
mkdir /opt/data
mount --bind "$TREE/home" /opt/data
chown 0:0 "$TREE/home"
rm -r /run/hermes /run/hermes-alias /run/hermes-boot`,
};

const setup = (tree: S6Tree, env: Readonly<Record<string, string>> = {}) =>
  tree.run(["/usr/local/bin/hermes-boot", "boot", "setup"], { env });

const ownersBelow = (directory: string) =>
  new Set(
    ["", ...readdirSync(directory, { recursive: true, encoding: "utf8" })].map(
      (path) => lstatSync(join(directory, path)).uid,
    ),
  );

test("hermes-boot boot setup prepares an empty volume and the run-time directories", async () => {
  await using tree = await S6Tree.start(WITH_VOLUME);
  expect(await setup(tree)).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(readdirSync(tree.home).toSorted()).toContain("SOUL.md");
  expect(ownersBelow(tree.home)).toEqual(new Set([HERMES_UID]));
  for (const [path, uid] of [
    ["/run/hermes", HERMES_UID],
    ["/run/hermes-alias", 0],
    ["/run/hermes-boot", 0],
  ] as const) {
    const { uid: owner, mode } = lstatSync(tree.path(path));
    expect({ path, owner, mode: mode & 0o777 }).toEqual({ path, owner: uid, mode: 0o755 });
  }
  const before = listTree(tree.home);
  // As in the next life of the container.
  rmSync(tree.path("/run/hermes-boot"), { recursive: true });
  expect(await setup(tree)).toMatchObject({ code: 0, stderr: "" });
  expect(listTree(tree.home)).toEqual(before);
});

test("hermes-boot boot setup remaps hermes, although /etc/passwd is a mount, and gives it the volume", async () => {
  await using tree = await S6Tree.start(WITH_VOLUME);
  tree.addProfile("coder");
  mkdirSync(join(tree.home, "memories/deep"), { recursive: true });
  const { code, stderr } = await setup(tree, { PUID: "1234", PGID: "2345" });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(readFileSync(tree.path("/etc/passwd"), "utf8")).toContain("\nhermes:x:1234:2345::");
  expect(readFileSync(tree.path("/etc/group"), "utf8")).toContain("\nhermes:x:2345:");
  expect(ownersBelow(tree.home)).toEqual(new Set([1234]));
  expect(lstatSync(tree.path("/run/hermes")).uid).toBe(1234);
});

test("hermes-boot boot setup says which id is none, and goes on", async () => {
  await using tree = await S6Tree.start(WITH_VOLUME);
  const { code, stderr } = await setup(tree, { PUID: "root" });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `✗ PUID="root" is not an id from 1 to 65534; hermes stays ${HERMES_UID}:${HERMES_UID}\n`,
  });
  expect(ownersBelow(tree.home)).toEqual(new Set([HERMES_UID]));
});

test("hermes-boot boot setup gives nothing away through a link on the volume", async () => {
  await using tree = await S6Tree.start(WITH_VOLUME);
  const treasure = join(tree.directory, "treasure");
  mkdirSync(join(treasure, "memories"), { recursive: true });
  writeFileSync(join(treasure, "SOUL.md"), "root's");
  mkdirSync(join(tree.home, "profiles"));
  symlinkSync(treasure, join(tree.home, "profiles/coder"));
  symlinkSync(join(treasure, "memories"), join(tree.home, "memories"));
  symlinkSync(join(treasure, "SOUL.md"), join(tree.home, "SOUL.md"));
  const { code, stderr } = await setup(tree);
  expect(code).toBe(0);
  expect(ownersBelow(treasure)).toEqual(new Set([0]));
  for (const name of ["memories", "profiles/coder"]) {
    expect(stderr).toContain(
      `warning: refusing to change the owner of what the link /opt/data/${name} leads to; chown it yourself if that is meant\n`,
    );
  }
});

test("hermes-boot boot setup gives no directory of the system to hermes", async () => {
  await using tree = await S6Tree.start(WITH_VOLUME);
  const { code, stderr } = await setup(tree, { HERMES_HOME: "/run" });
  expect(code).toBe(0);
  expect(stderr).toContain("warning: refusing to give /run to hermes: ");
  expect(lstatSync(tree.path("/run")).uid).toBe(0);
});

test("hermes-boot enter refuses an unexpected uid, and takes root and hermes", async () => {
  await using tree = await S6Tree.start(WITH_VOLUME);
  const argv = ["/usr/local/bin/hermes-boot", "enter", "1"];
  // The tree is alive: another init would pull the ground from under it.
  const second = await tree.run(argv);
  expect(second.code).toBe(1);
  expect(second.stderr).toStartWith("✗ Cannot start an init: ");
  const env = { S6_PROFILE_GATEWAY_SCANDIR: "/nowhere" };
  expect(await tree.run(argv, { env })).toMatchObject({ code: 0, stderr: "" });
  const stranger = await tree.run(argv, { uid: 4321, env });
  expect(stranger.code).toBe(1);
  expect(stranger.stderr).toStartWith("✗ Cannot run as uid 4321: ");
  expect(stranger.stderr).toContain("-e HERMES_UID=4321 -e HERMES_GID=4321");
});
