import { expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";

// A lint of comments (CONTRIBUTING.md, "Prose"): it reads the disk, and the repository only.

const SRC = join(import.meta.dir, "../../src");
const COMMENT = /\/\*\*[^]*?\*\/|^[ \t]*\/\/.*$/gm;

const COMMENTS = await Promise.all(
  [...new Glob("**/*.ts").scanSync(SRC)].toSorted().map(async (path) => {
    const source = await Bun.file(join(SRC, path)).text();
    return [...source.matchAll(COMMENT)].map(([comment]) => `${path}: ${oneLine(comment)}`);
  }),
);

/** The text of a comment without its marks. */
function oneLine(comment: string): string {
  return comment.replaceAll(/^\s*(?:\/\*\*|\*\/|\*|\/\/)|\*\/$/gm, " ").replaceAll(/\s+/g, " ");
}

const find = (pattern: RegExp) => COMMENTS.flat().filter((comment) => pattern.test(comment));

test("comments begin with what a thing is or does, not with a question", () => {
  expect(find(/^\S+: +(?:What|Whether|Why|How|Where|Who)\b/)).toEqual([]);
});

test("comments write `if` for a condition", () => {
  expect(find(/\b(?:null|empty|false|none|throws|refuses|be it|also|even) where\b/i)).toEqual([]);
  expect(find(/\bwhere (?:there (?:is|are)|it|none|nothing|they|this|we)\b/i)).toEqual([]);
});

test("comments name users and processes", () => {
  expect(find(/\b(?:nobody|somebody|whoever|strangers?)\b/i)).toEqual([]);
});

test("comments use the words of the glossary", () => {
  const others =
    /\b(?:altogether|stands? aside|names lock|volume half|turns? to start|plain init)\b/i;
  expect(find(others)).toEqual([]);
});

test("a line of a comment has at most 120 characters", async () => {
  const repository = join(SRC, "..");
  const paths = [...new Glob("{src,scripts,docker,test}/**").scanSync(repository)].toSorted();
  const long = paths.map(async (path) => {
    const lines = (await Bun.file(join(repository, path)).text()).split("\n");
    const mark = path.endsWith(".ts") ? /^\s*(?:\/\/|\/\*|\* )/ : /^\s*# /;
    return lines.flatMap((line, index) =>
      mark.test(line) && line.length > 120 ? [`${path}:${index + 1}`] : [],
    );
  });
  expect((await Promise.all(long)).flat()).toEqual([]);
});
