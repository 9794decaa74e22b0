import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVolume } from "./harness/volume.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { expectRefusal, linesOf } from "./support/messages.ts";
import { waitUntilReady } from "./support/status.ts";
import { onVolume, onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

const ADDRESS = "http://127.0.0.1:9/v1";

test("hermes setup writes a config.yaml that is mounted by itself in place", async () => {
  await using volume = await createVolume();
  const directory = mkdtempSync(join(tmpdir(), "hermes-mounted-"));
  using _ = { [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
  const file = join(directory, "config.yaml");
  writeFileSync(file, "# mine\n");
  chmodSync(file, 0o666);
  await using container = await bootContainer({
    volumes: [`${volume.name}:/opt/data`, `${file}:/opt/data/config.yaml`],
  });
  const setup = ["hermes", "setup", "--base-url", ADDRESS, "--model", "m"];
  const { stderr } = await container.exec("root", setup);
  expect(stderr).not.toContain("Cannot write");
  const text = readFileSync(file, "utf8");
  expect(text).toStartWith("# mine\n");
  expect(text).toContain(ADDRESS);
  expect(await container.execOk("root", ["ls", "-A", "/opt/data"])).not.toContain(
    "config.yaml.tmp",
  );
});

test("a profile that is a mount is neither renamed nor deleted, and its gateway goes on", async () => {
  await using volume = await createVolume();
  await using profile = await createVolume();
  await onVolumeAsHermes(volume, profileScript({ coder: null }));
  await onVolume(profile, "echo x >SOUL.md; chown -R 10000:10000 .");
  await using container = await bootContainer({
    volumes: [`${volume.name}:/opt/data`, `${profile.name}:/opt/data/profiles/coder`],
  });
  await container.execOk("root", ["hermes", "-p", "coder", "gateway", "start"]);
  for (const [command, what] of [
    [["rename", "coder", "writer"], "Cannot rename profile 'coder' to 'writer'"],
    [["delete", "coder", "-y"], "Cannot delete profile 'coder'"],
  ] as const) {
    const refused = await container.exec("root", ["hermes", "profile", ...command]);
    expectRefusal(refused, 1, `${what}: /opt/data/profiles/coder is mounted there`);
  }
  await waitUntilReady(container, ["coder"]);
});

test("what is mounted on the volume stays its owner's, unless it is empty", async () => {
  await using volume = await createVolume();
  await using full = await createVolume();
  await using empty = await createVolume();
  await onVolume(full, "mkdir sub; echo x >sub/file; chown -R 0:0 .");
  await onVolume(empty, "chown 0:0 .; chmod 0755 .");
  const volumes = [
    `${volume.name}:/opt/data`,
    `${full.name}:/opt/data/workspace`,
    `${empty.name}:/opt/data/skills`,
  ];
  await using container = await bootContainer({ volumes });
  const paths = ["workspace", "workspace/sub/file", "skills"].map((name) => `/opt/data/${name}`);
  expect(await container.execOk("root", ["stat", "-c", "%u", ...paths])).toBe("0\n0\n10000\n");
  expect(linesOf(await readOutput(container), /^warning: leaving /)).toEqual([
    "warning: leaving /opt/data/workspace as it is: it is mounted there, and root's; run `chown -R 10000:10000` on it, if hermes is to use it",
  ]);
});
