import { afterAll, expect, test } from "bun:test";
import {
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { giveVolume } from "../../src/boot/give-volume.ts";
import { createHost } from "../../src/host/host.ts";
import { openPinnedDirectory } from "../../src/host/pinned.ts";
import { HERMES } from "../support/fake-host.ts";

const top = mkdtempSync(join(tmpdir(), "hermes-pinned-"));
afterAll(() => rmSync(top, { recursive: true }));

/** A volume of hermes', and a directory of root's beside it. */
function world(name: string): { readonly volume: string; readonly outside: string } {
  const [volume, outside] = [join(top, name, "volume"), join(top, name, "outside")];
  for (const path of [volume, outside]) mkdirSync(path, { recursive: true });
  writeFileSync(join(outside, "secret"), "");
  chownSync(volume, HERMES.uid, HERMES.gid);
  return { volume, outside };
}

/** Gives a volume away while `meddle` is called before each look at what is open, as another process might do. */
async function giveWhile(volume: string, meddle: (path: string) => void) {
  const host = createHost();
  const directory = openPinnedDirectory(volume);
  const wrapped = {
    ...directory,
    open: (name: Parameters<typeof directory.open>[0]) => {
      meddle(String(name));
      return directory.open(name);
    },
    openDirectory: (name: Parameters<typeof directory.open>[0]) => {
      meddle(String(name));
      return directory.openDirectory(name);
    },
  };
  try {
    return await giveVolume(host, volume, wrapped, HERMES);
  } finally {
    directory.close();
  }
}

/** Long enough ago for the file to be settled. */
const settle = () => Bun.sleep(60);

test("giveVolume() gives nothing outside if a directory is swapped for a link", async () => {
  const { volume, outside } = world("directory");
  mkdirSync(join(volume, "a"));
  writeFileSync(join(volume, "a/secret"), "");
  await settle();
  await giveWhile(volume, () => {
    renameSync(join(volume, "a"), join(volume, ".a"));
    symlinkSync(outside, join(volume, "a"));
  });
  expect(statSync(outside).uid).toBe(0);
  expect(statSync(join(outside, "secret")).uid).toBe(0);
});

test("giveVolume() gives no file that has a name outside, and says so", async () => {
  const { volume, outside } = world("planted");
  linkSync(join(outside, "secret"), join(volume, "a"));
  await settle();
  expect(await giveWhile(volume, () => undefined)).toEqual({
    given: 0,
    warnings: [`cannot give ${volume}/a to hermes: has other names (hard links)`],
  });
  expect(statSync(join(outside, "secret")).uid).toBe(0);
});

test("giveVolume() gives no file that was put in the place of another one", async () => {
  const { volume, outside } = world("file");
  writeFileSync(join(volume, "a"), "");
  await settle();
  const { given } = await giveWhile(volume, () => {
    rmSync(join(volume, "a"), { force: true });
    linkSync(join(outside, "secret"), join(volume, "a"));
  });
  expect(given).toBe(0);
  expect(statSync(join(outside, "secret")).uid).toBe(0);
});

test("giveVolume() gives no file whose name on the volume was taken away once it was open", async () => {
  const { volume, outside } = world("link");
  linkSync(join(outside, "secret"), join(volume, "a"));
  await settle();
  const directory = openPinnedDirectory(volume);
  const open = (name: Parameters<typeof directory.open>[0]) => {
    const pinned = directory.open(name);
    unlinkSync(join(volume, "a"));
    const parent = openPinnedDirectory(outside);
    // Its one name is now the one outside.
    const now = parent.open("secret");
    now.close();
    parent.close();
    return { ...pinned, status: now.status };
  };
  const { given } = await giveVolume(createHost(), volume, { ...directory, open }, HERMES);
  directory.close();
  expect(given).toBe(0);
  expect(statSync(join(outside, "secret")).uid).toBe(0);
});

test("giveVolume() gives names that are no UTF-8, links themselves, and what is deep", async () => {
  const { volume, outside } = world("names");
  mkdirSync(join(volume, "x/y/z"), { recursive: true });
  writeFileSync(Buffer.concat([Buffer.from(join(volume, "x/y/z/caf")), Buffer.of(0xe9)]), "");
  symlinkSync(join(outside, "secret"), join(volume, "x/link"));
  lchownSync(join(volume, "x/link"), 0, 0);
  await settle();
  expect(await giveWhile(volume, () => undefined)).toEqual({ given: 5, warnings: [] });
  expect(lstatSync(join(volume, "x/link")).uid).toBe(HERMES.uid);
  expect(statSync(join(outside, "secret")).uid).toBe(0);
  expect(await giveWhile(volume, () => undefined)).toEqual({ given: 0, warnings: [] });
});

test("giveVolume() waits for what changed a moment ago", async () => {
  const { volume } = world("new");
  writeFileSync(join(volume, "new"), "");
  utimesSync(join(volume, "new"), 1, 1);
  expect(await giveWhile(volume, () => undefined)).toEqual({ given: 1, warnings: [] });
});
