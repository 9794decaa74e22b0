import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Everything in a directory with mode, owner, size and time of change, to compare before with after. */
export function listTree(directory: string): readonly string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return ["", ...paths].toSorted().map((path) => {
    const { mode, uid, gid, size, mtimeMs, ino } = lstatSync(join(directory, path));
    return `${path} ${mode.toString(8)} ${uid}:${gid} ${size} ${mtimeMs} ${ino}`;
  });
}
