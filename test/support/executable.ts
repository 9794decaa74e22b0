import { copyFileSync, existsSync, linkSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";

export const REPOSITORY = resolve(import.meta.dir, "../..");

/** The compiled executable under test. */
export function findExecutable(): string {
  const path = resolve(REPOSITORY, process.env["HERMES_TEST_EXECUTABLE"] ?? "dist/hermes");
  if (existsSync(path)) return path;
  throw new Error(`Cannot test ${path}: it does not exist. Compile it with scripts/build`);
}

/** Puts `hermes` and `hermes-boot` into a directory; a rebuild in the meantime does not change them. */
export function installExecutable(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const target = join(directory, "hermes");
  try {
    linkSync(findExecutable(), target);
  } catch {
    copyFileSync(findExecutable(), target);
  }
  symlinkSync("hermes", join(directory, "hermes-boot"));
}
