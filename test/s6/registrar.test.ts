import { expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { waitFor } from "../support/program.ts";
import { giveTo, useTree } from "../support/s6-tree.ts";

const tree = useTree(IMAGE_LIKE);
const SOCKET = "/run/hermes-registrar/socket";

const asHermes = (...argv: readonly string[]) => tree().run(argv, { uid: HERMES_UID });
const ask = (...words: readonly string[]) => asHermes("/usr/bin/s6-sudo", SOCKET, ...words);
const outline = () => [readdirSync(tree().scanDir), readdirSync(tree().path("/run/hermes-alias"))];
const registrarIsUp = () => waitFor("the registrar", () => existsSync(tree().path(SOCKET)));

test("hermes profile create as hermes goes through the registrar", async () => {
  await registrarIsUp();
  const { code, stdout, stderr } = await asHermes(
    "/usr/local/bin/hermes",
    "profile",
    "create",
    "asked",
  );
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: `Created profile 'asked' in ${tree().profile("asked")}\nRegistered gateway 'asked', down\nAlias: asked is short for hermes -p asked\n`,
    stderr: "Next: hermes -p asked gateway start\n",
  });
  expect(lstatSync(tree().profile("asked")).uid).toBe(HERMES_UID);
  expect(lstatSync(tree().slot("asked")).uid).toBe(0);
  expect(await tree().status("asked")).toMatchObject({ up: false, wantedUp: false });
});

test("hermes as root becomes hermes before it touches the volume", async () => {
  await registrarIsUp();
  expect((await tree().hermes("profile", "create", "dropped")).code).toBe(0);
  expect((await tree().hermes("-p", "dropped", "gateway", "start")).code).toBe(0);
  const owners = readdirSync(tree().home, { recursive: true, encoding: "utf8" }).map(
    (path) => lstatSync(join(tree().home, path)).uid,
  );
  expect(new Set(owners)).toEqual(new Set([HERMES_UID]));
  expect(
    new Set(
      tree()
        .gateways("dropped")
        .map(({ uid }) => uid),
    ),
  ).toEqual(new Set([HERMES_UID]));
});

test("hermes as hermes starts, restarts, stops and deletes a gateway that root supervises", async () => {
  await registrarIsUp();
  await asHermes("/usr/local/bin/hermes", "profile", "create", "whole");
  for (const verb of ["start", "restart", "stop", "start"]) {
    const { code, stderr } = await asHermes(
      "/usr/local/bin/hermes",
      "-p",
      "whole",
      "gateway",
      verb,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  }
  const { code } = await asHermes("/usr/local/bin/hermes", "profile", "delete", "whole", "-y");
  expect(code).toBe(0);
  for (const path of [tree().slot("whole"), tree().profile("whole")]) {
    expect(existsSync(path)).toBe(false);
  }
  expect(existsSync(tree().path("/run/hermes-alias/whole"))).toBe(false);
  expect(tree().gateways("whole")).toEqual([]);
});

test("hermes called by its alias acts for the profile, also from root", async () => {
  await registrarIsUp();
  await tree().hermes("profile", "create", "nick");
  const { code, stdout } = await tree().run(["/bin/sh", "-c", "nick gateway start"]);
  expect(code).toBe(0);
  expect(stdout).toStartWith("Started gateway 'nick' ");
});

test.each([
  [["register", "../x"], 2, "invalid profile name '../x'"],
  [["register", "a b"], 2, "invalid profile name 'a b'"],
  [["register", "x".repeat(300)], 2, "invalid profile name 'xxx"],
  [["register", "a\nb"], 2, "invalid profile name 'a\\nb'"],
  [["register", "--help"], 2, "invalid profile name '--help'"],
  [["register", ""], 2, "invalid profile name ''"],
  [["register", "nobodys"], 4, "no such profile"],
  [["register", "one", "two"], 2, "the registrar takes"],
  [["register"], 2, "the registrar takes"],
  [["start", "asked"], 2, "the registrar takes"],
  [["unregister", "default"], 1, "the default gateway is always registered"],
  [["unregister", "nobodys"], 4, "no such gateway"],
])(
  "s6-sudo to the registrar with %j is refused and changes nothing",
  async (words, exitCode, why) => {
    await registrarIsUp();
    const before = outline();
    const { code, stdout, stderr } = await ask(...words);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: "" });
    expect(stderr).toContain(why);
    expect(outline()).toEqual(before);
  },
);

test("s6-sudo to the registrar as another uid is refused", async () => {
  await registrarIsUp();
  tree().addProfile("foreign");
  for (const uid of [65_534, 10_001]) {
    const argv = ["/usr/bin/s6-sudo", SOCKET, "register", "foreign"];
    const { code } = await tree().run(argv, { uid });
    expect(code).not.toBe(0);
  }
  expect(existsSync(tree().slot("foreign"))).toBe(false);
});

test("s6-sudo to the registrar brings no variable across the border", async () => {
  await registrarIsUp();
  tree().addProfile("smuggled");
  const elsewhere = join(tree().directory, "elsewhere");
  mkdirSync(elsewhere);
  const { code, stderr } = await tree().run(["/usr/bin/s6-sudo", SOCKET, "register", "smuggled"], {
    uid: HERMES_UID,
    env: {
      S6_PROFILE_GATEWAY_SCANDIR: elsewhere,
      HERMES_HOME: elsewhere,
      PATH: `${elsewhere}:/usr/bin:/bin`,
      BUN_OPTIONS: "--preload=/nowhere",
      LD_PRELOAD: "/nowhere.so",
      HERMES_DOCKER_EXEC_AS_ROOT: "1",
    },
  });
  expect({ code, stderr: stderr.replaceAll(/^ERROR: ld\.so.*\n/gm, "") }).toEqual({
    code: 0,
    stderr: "",
  });
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(await tree().status("smuggled")).not.toBeNull();
});

test("the registrar does not follow a link that hermes put in the place of a profile", async () => {
  await registrarIsUp();
  const secret = join(tree().directory, "secret");
  mkdirSync(secret, { mode: 0o700 });
  writeFileSync(join(secret, "SOUL.md"), "root's");
  await asHermes("/bin/ln", "-s", secret, join(tree().home, "profiles/planted"));
  expect((await ask("register", "planted")).code).toBe(1);
  expect(existsSync(tree().slot("planted"))).toBe(false);
});

test("hermes can create, rename and write nothing under the scan directory but control FIFOs", async () => {
  await registrarIsUp();
  await tree().hermes("profile", "create", "fenced");
  expect((await tree().hermes("-p", "fenced", "gateway", "start")).code).toBe(0);
  // As root: hermes may not list them all.
  const paths = readdirSync(tree().scanDir, { recursive: true, encoding: "utf8" });
  const script = `
    cd "$1"
    while IFS= read -r path; do
      if [ -d "$path" ] && touch "$path/.probe" 2>/dev/null; then echo "made a name in $path"; fi
      if [ -f "$path" ] && [ -w "$path" ]; then echo "file $path"; fi
      if [ -p "$path" ] && [ -w "$path" ]; then echo "fifo $path"; fi
      if [ "$path" != . ] && mv "$path" "$path.moved" 2>/dev/null; then echo "moved $path"; fi
    done`;
  const argv = ["/bin/sh", "-c", script, "sh", tree().scanDir];
  const input = [".", ...paths, ""].join("\n");
  const { code, stdout } = await tree().run(argv, { uid: HERMES_UID, input });
  expect(code).toBe(0);
  const open = stdout.trim().split("\n").toSorted();
  const control = /^fifo gateway-[a-z]+(?:\/log)?\/supervise\/control$/;
  expect(open.filter((line) => !control.test(line))).toEqual([]);
  expect(open).toContain("fifo gateway-fenced/supervise/control");
  expect(open).toContain("fifo gateway-fenced/log/supervise/control");
});

test("hermes-boot register as root looks at the volume as hermes", async () => {
  await registrarIsUp();
  tree().addProfile("shut");
  expect((await asHermes("/bin/true")).code).toBe(0);
  giveTo(0, tree().profile("shut"));
  await tree().run(["/bin/chmod", "700", tree().profile("shut")]);
  const { code, stderr } = await tree().boot("register", "shut");
  expect(code).toBe(1);
  expect(stderr).toStartWith("✗ Cannot register gateway 'shut': ");
});
