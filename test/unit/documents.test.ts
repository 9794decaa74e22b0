import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Glob } from "bun";
import { dirname, join, normalize } from "node:path";

// A lint of the documents: it reads the disk, and the documents only.

const REPOSITORY = join(import.meta.dir, "../..");
const LONGEST_LINE = 120;
const MOST_WORDS_OF_README = 1500;

const documents = ["*.md", "docs/**/*.md", ".github/**/*.md"]
  .flatMap((pattern) => [...new Glob(pattern).scanSync({ cwd: REPOSITORY, dot: true })])
  .toSorted();

const read = (path: string) => readFileSync(join(REPOSITORY, path), "utf8");

/** Returns the lines of a document that are neither code nor a row of a table, with their numbers. */
function proseOf(path: string): readonly (readonly [number: number, line: string])[] {
  let isCode = false;
  return read(path)
    .split("\n")
    .map((line, index) => [index + 1, line] as const)
    .filter(([, line]) => {
      const isFence = /^\s*```/.test(line);
      if (isFence) isCode = !isCode;
      return !isFence && !isCode && !/^\s*\|/.test(line);
    });
}

/** Returns the targets of a document's links to files of the repository. */
function linksOf(path: string): readonly string[] {
  const text = read(path).replaceAll(/```.*?```/gs, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Returns the files and directories of the repository that a document names. */
function filesIn(path: string): readonly string[] {
  const names = read(path).matchAll(
    /(?<=[`/ ])(?:src|test|docker|docs|scripts)\/[\w.-][\w./-]*(?=`)/g,
  );
  return [...names].map(([name]) => name);
}

/** Returns the anchors of a document's headings, as GitHub makes them. */
function anchorsOf(path: string): readonly string[] {
  return [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function isBroken(document: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(REPOSITORY, file))) return true;
  return anchor !== undefined && !anchorsOf(file).includes(anchor);
}

test(`README.md has at most ${MOST_WORDS_OF_README} words`, () => {
  expect(read("README.md").trim().split(/\s+/).length).toBeLessThanOrEqual(MOST_WORDS_OF_README);
});

describe.each(documents)("%s", (document) => {
  test(`has no prose line of more than ${LONGEST_LINE} characters`, () => {
    const long = proseOf(document).filter(([, line]) => Bun.stringWidth(line) > LONGEST_LINE);
    expect(long.map(([number]) => `${document}:${number}`)).toEqual([]);
  });

  test("has no link that leads nowhere", () => {
    expect(linksOf(document).filter((target) => isBroken(document, target))).toEqual([]);
  });

  test("names only files of the repository that are there", () => {
    const missing = filesIn(document).filter((file) => !existsSync(join(REPOSITORY, file)));
    expect(missing).toEqual([]);
  });
});

test.each(["docs", "docs/decisions"])("%s/README.md links to every page beside it", (directory) => {
  const pages = [...new Glob("*.md").scanSync({ cwd: join(REPOSITORY, directory) })];
  const linked = linksOf(`${directory}/README.md`);
  expect(pages.filter((page) => page !== "README.md" && !linked.includes(page))).toEqual([]);
});

test("CONTRIBUTING.md names every room of src/", () => {
  const rooms = [...read("CONTRIBUTING.md").matchAll(/^\| `([a-z]+)\/` \|/gm)];
  const directories = readdirSync(join(REPOSITORY, "src")).filter((name) => !name.includes("."));
  expect(rooms.map(([, room = ""]) => room).toSorted()).toEqual(directories.toSorted());
});
