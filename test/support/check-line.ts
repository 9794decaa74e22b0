import type { Command } from "../../src/cli/command.ts";
import { createApp } from "../../src/cli/app.ts";
import { splitGlobalFlags } from "../../src/cli/global-flags.ts";
import { checkArguments } from "../../src/cli/strict-arguments.ts";
import { childOf, HERMES, type Entry } from "../../src/cli/command-table.ts";
import { FakeHost } from "./fake-host.ts";

/** The words that follow `hermes` in a line for a shell, up to what only the shell understands. */
function wordsOf(line: string): readonly string[] | null {
  const [, rest] = /(?:^|[ (])hermes(?= |$)([^|<>)#]*)/.exec(line) ?? [];
  if (rest === undefined) return null;
  return [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
}

/**
 * Throws where a line that documents show is no command line: an unknown command or flag, a word too many or too
 * few. Returns the command's path; null where the line calls no `hermes`.
 */
export async function checkLine(line: string): Promise<string | null> {
  const typed = wordsOf(line);
  if (typed === null) return null;
  let { words } = splitGlobalFlags(typed);
  if (words[0] === "help") words = words.slice(1);
  let entry: Entry = HERMES;
  const path: string[] = [];
  while ("children" in entry && words.length > 0) {
    const [word = "", ...rest] = words;
    const child = childOf(entry, word);
    if (child === undefined)
      throw new Error(`'${line}': there is no '${[...path, word].join(" ")}'`);
    [entry, words] = [child, rest];
    path.push(word);
  }
  const { args }: Pick<Command, "args"> =
    "load" in entry ? await entry.load(createApp(new FakeHost(), "default")) : { args: {} };
  checkArguments(words, args, {});
  return path.join(" ");
}
