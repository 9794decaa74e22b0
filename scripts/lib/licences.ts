/**
 * Writes the licence texts of a compiled executable into a new directory: Hermes' own, Bun's, and those of the npm
 * packages that Bun's metafile of the build names.
 *
 *   bun scripts/lib/licences.ts METAFILE DIRECTORY
 */
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import * as v from "valibot";

const metafileSchema = v.object({ inputs: v.record(v.string(), v.unknown()) });

const [metafile, directory] = process.argv.slice(2);
if (metafile === undefined || directory === undefined) {
  throw new Error("Usage: bun scripts/lib/licences.ts METAFILE DIRECTORY");
}
const { inputs } = v.parse(metafileSchema, await Bun.file(metafile).json());
mkdirSync(directory);
copyFileSync("LICENSE", join(directory, "LICENSE"));
copyInto("bun", "docker/licences/bun.md");
for (const path of packageDirectories(Object.keys(inputs))) {
  const texts = readdirSync(path).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (texts.length === 0) throw new Error(`Cannot find a licence text in '${path}'`);
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  for (const text of texts) copyInto(name, join(path, text));
}

/** Returns the directory of each npm package that one of the files belongs to. */
function packageDirectories(files: readonly string[]): ReadonlySet<string> {
  const pattern = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
  return new Set(files.flatMap((file) => pattern.exec(file)?.[0] ?? []));
}

function copyInto(name: string, path: string): void {
  const target = join(directory ?? "", "third-party", name);
  mkdirSync(target, { recursive: true });
  copyFileSync(path, join(target, basename(path)));
}
