import { beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { DOES_NOT_HANG_MS } from "../support/quick.ts";
import { useTree } from "../support/s6-tree.ts";

const tree = useTree(IMAGE_LIKE);

const CONFIG = "model:\n  base_url: http://127.0.0.1:9/v1\n  name: ${MODEL_NAME}\n";

/** Makes files as Kubernetes mounts a ConfigMap: `NAME -> ..data/NAME`, `..data -> ..2026`. */
function mountFiles(directory: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(directory, "..2026"), { recursive: true });
  symlinkSync("..2026", join(directory, "..data"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(directory, "..2026", name), text);
    symlinkSync(`..data/${name}`, join(directory, name));
  }
}

beforeAll(async () => {
  const files = { "SOUL.md": "You are brief.", "config.yaml": CONFIG, ".env": "MODEL_NAME=tiny\n" };
  mountFiles(tree().profile("mounted"), files);
  mountFiles(join(tree().home, "elsewhere"), files);
  symlinkSync("../elsewhere", tree().profile("linked"));
  mkdirSync(join(tree().profile("soul-directory"), "SOUL.md"), { recursive: true });
  tree().addProfile("odd");
  await tree().run(["/bin/chown", "-R", "-h", `${HERMES_UID}:${HERMES_UID}`, tree().home]);
  expect(await tree().boot("reconcile")).toMatchObject({ code: 0 });
});

test.each(["mounted", "linked"])(
  "every command knows the profile whose files are links (%s)",
  async (name) => {
    expect(await tree().hermes("-p", name, "gateway", "start")).toMatchObject({
      code: 0,
      stderr: "",
    });
    const status = await tree().hermes("-p", name, "gateway", "status");
    expect(status).toMatchObject({ code: 0, stderr: "" });
    expect(status.stdout).not.toContain("foreground");
    const show = await tree().hermes("profile", "show", name);
    expect(show.stdout).toContain("Model:     tiny at http://127.0.0.1:9/v1\n");
    expect(show.stdout).toContain("Soul:      You are brief.\n");
    expect((await tree().hermes("profile", "list", "--names")).stdout).toContain(`\n${name}\n`);
    expect((await tree().hermes("doctor")).stdout).not.toContain(`'${name}'`);
    const stopped = await tree().hermes("-p", name, "gateway", "stop");
    expect(stopped.code).toBe(0);
    expect(tree().readState(name)).toMatchObject({ desired_state: "stopped" });
  },
);

test("hermes setup changes what config.yaml leads to, and keeps the link", async () => {
  const path = join(tree().profile("linked"), "config.yaml");
  const words = ["setup", "--model", "other", "--base-url", "http://127.0.0.1:9/v1"];
  const setup = await tree().hermes("-p", "linked", ...words);
  expect(setup.stdout).toBe(`Wrote ${path}\n`);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(tree().home, "elsewhere/..2026/config.yaml"), "utf8")).toContain(
    "name: other",
  );
});

test("hermes setup leaves the access control list, the mode and the group of config.yaml as they are", async () => {
  const path = join(tree().home, "config.yaml");
  const shell = (script: string) =>
    tree().run(["/bin/sh", "-euc", script, "sh", path], { uid: 10_000 });
  await shell(
    'rm -f "$1" && echo "model: {}" >"$1" && chmod 640 "$1" && setfacl -m u:4321:r,m::rw "$1"',
  );
  const before = (await shell('getfacl --omit-header --numeric "$1"')).stdout;
  expect(before).toContain("user:4321:r--");
  const words = ["setup", "--model", "other", "--base-url", "http://127.0.0.1:9/v1"];
  expect((await tree().hermes(...words)).stdout).toBe(`Wrote ${path}\n`);
  expect((await shell('getfacl --omit-header --numeric "$1"')).stdout).toBe(before);
  expect(readFileSync(path, "utf8")).toContain("name: other");
  rmSync(path);
});

test("root, if it stays root, follows no link on the volume", async () => {
  const env = { HERMES_DOCKER_EXEC_AS_ROOT: "1" };
  const hermes = join(tree().bin, "hermes");
  const linked = await tree().run([hermes, "profile", "show", "linked"], { env });
  expect(linked.code).toBe(78);
  expect(linked.stderr).toContain("'linked': it is a link, and root follows none\n");
  rmSync(join(tree().home, "config.yaml"), { force: true });
  symlinkSync("/etc/shadow", join(tree().home, "config.yaml"));
  const show = await tree().run([hermes, "profile", "show", "default"], { env });
  expect(show.stdout).toContain("config.yaml: is a link, and root follows none\n");
  rmSync(join(tree().home, "config.yaml"));
});

const FILES = ["config.yaml", ".env", "SOUL.md"] as const;
const TARGETS: readonly (readonly [target: string, reason: string])[] = [
  ["/nowhere", "is a link that leads nowhere"],
  ["LOOP", "is a link that leads back to itself"],
  ["FIFO", "is a link to a fifo"],
  ["/dev/zero", "is a link to a device"],
  ["/proc/self/environ", "is a link to a file of the kernel"],
  ["/tmp", "is a link to a directory"],
  ["/etc/shadow", "is a link whose target cannot be read: permission denied"],
];

test.each(FILES.flatMap((file) => TARGETS.map((one) => [file, ...one] as const)))(
  "a gateway whose %s leads to %s says so in one sentence, and does not hang",
  async (file, target, reason) => {
    const directory = tree().profile("odd");
    const path = join(directory, file);
    for (const one of FILES.filter((name) => name !== "SOUL.md")) {
      rmSync(join(directory, one), { force: true });
    }
    writeFileSync(join(directory, "soul"), "");
    rmSync(join(directory, "SOUL.md"), { force: true });
    symlinkSync("soul", join(directory, "SOUL.md"));
    rmSync(path, { force: true });
    const fifo = join(directory, "fifo");
    if (!existsSync(fifo)) await tree().run(["/usr/bin/mkfifo", fifo]);
    symlinkSync({ FIFO: "fifo", LOOP: file }[target] ?? target, path);
    const result = await tree().hermes("-p", "odd", "gateway", "run", "--no-supervise");
    expect(result.code).toBe(78);
    expect(result.milliseconds).toBeLessThan(DOES_NOT_HANG_MS);
    const [sentence, ...more] = result.stderr.trimEnd().split("\n");
    expect(sentence?.replace(`${file}: `, `${file} `)).toEndWith(`/${file} ${reason}`.slice(1));
    expect(more.every((line) => line.startsWith("  Hint: "))).toBe(true);
  },
);

test("a SOUL.md that is a directory gets one answer everywhere", async () => {
  const reason = "its SOUL.md is a directory";
  const log = readFileSync(join(tree().home, "logs/container-boot.log"), "utf8");
  expect(log).toContain(
    `profile=soul-directory prior_state=None action=skipped reason="${reason}"`,
  );
  const sentence = `✗ Cannot use profile 'soul-directory': ${reason}\n`;
  for (const command of [
    ["-p", "soul-directory", "gateway", "start"],
    ["-p", "soul-directory", "gateway", "status"],
    ["profile", "show", "soul-directory"],
    ["profile", "use", "soul-directory"],
    ["profile", "rename", "soul-directory", "other"],
    ["-p", "soul-directory", "gateway", "run", "--no-supervise"],
  ]) {
    const result = await tree().hermes(...command);
    expect(result.code).toBe(78);
    expect(result.stderr).toContain(sentence);
  }
  expect((await tree().hermes("status")).stdout).not.toContain("soul-directory");
  const doctor = await tree().hermes("doctor");
  expect(doctor.code).toBe(3);
  expect(doctor.stdout).toContain(`Cause:  ${reason}`);
  const register = await tree().boot("register", "soul-directory");
  expect(register.code).toBe(1);
  expect(register.stderr).toContain(reason);
});

test("hermes profile delete takes a broken profile, and of a linked one the link alone", async () => {
  const odd = Buffer.concat([
    Buffer.from(join(tree().profile("soul-directory"), "caf")),
    Buffer.of(0xe9),
  ]);
  writeFileSync(odd, "");
  const broken = await tree().hermes("profile", "delete", "soul-directory", "-y");
  expect(broken).toMatchObject({ code: 0, stdout: "Deleted profile 'soul-directory'\n" });
  expect(existsSync(tree().profile("soul-directory"))).toBe(false);
  const path = tree().profile("linked");
  const linked = await tree().hermes("profile", "delete", "linked", "-y");
  expect(linked).toMatchObject({ code: 0, stdout: "Deleted profile 'linked'\n" });
  expect(linked.stderr).toBe(`${path} was a link: ../elsewhere is left as it is\n`);
  expect(existsSync(path)).toBe(false);
  expect(existsSync(join(tree().home, "elsewhere/SOUL.md"))).toBe(true);
});
