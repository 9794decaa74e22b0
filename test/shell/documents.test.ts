import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkLine } from "../support/check-line.ts";
import { REPOSITORY } from "../support/executable.ts";

const documents = [
  "README.md",
  ...readdirSync(join(REPOSITORY, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** What a document shows to be typed: its lines for a shell, without what stands in front of `hermes`. */
function linesOf(document: string): readonly string[] {
  const text = readFileSync(join(REPOSITORY, document), "utf8");
  return [...text.matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/^docker (?:run|exec)\b.*? hermes (?=hermes )/, ""))
    .filter((line) => line.startsWith("hermes ") || line.includes("(hermes "));
}

test.each(documents.flatMap((document) => linesOf(document).map((line) => [document, line])))(
  "%s shows `%s`, which is understood",
  async (_document, line = "") => {
    expect(await checkLine(line)).not.toBeNull();
  },
);
