import type { Host } from "../host/host.ts";
import type { App } from "./app.ts";
import { isRaw, type Command } from "./command-type.ts";
import { usageError } from "./usage-error.ts";
import type { Entry, Table } from "./table.ts";

/** The words of a command line with the profile flag taken out of them. */
interface SplitProfile {
  readonly profile: string | null;
  readonly words: readonly string[];
}

/** Takes `-p NAME`, `--profile NAME` or `--profile=NAME` out, wherever it stands before `--`. */
export function splitProfileFlag(args: readonly string[], path: readonly string[]): SplitProfile {
  const words: string[] = [];
  let profile: string | null = null;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      words.push(...args.slice(index));
      break;
    }
    if (arg === "-p" || arg === "--profile") {
      index += 1;
      const value = args[index];
      if (value === undefined) throw usageError(`Flag '${arg}' needs a value`, path);
      profile = value;
    } else if (arg.startsWith("--profile=")) profile = arg.slice("--profile=".length);
    else words.push(arg);
  }
  return { profile, words };
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}

interface Found {
  readonly path: readonly string[];
  readonly entry: Entry;
  readonly rest: readonly string[];
}

/** Follows the words into the tree. Throws a usage error with the nearest name where it ends. */
async function find(table: Table, program: string, words: readonly string[]): Promise<Found> {
  let path: readonly string[] = [program];
  let entry: Entry = { summary: "", children: table };
  let rest = words;
  while ("children" in entry) {
    const [word] = rest;
    if (word === undefined || word.startsWith("-")) return { path, entry, rest };
    const child: Entry | undefined = Object.hasOwn(entry.children, word)
      ? entry.children[word]
      : undefined;
    if (child === undefined) {
      const { nearest } = await import("./nearest.ts");
      const near = nearest(word, Object.keys(entry.children));
      const guess = near === null ? "" : `; did you mean '${near}'?`;
      throw usageError(`Unknown command '${[...path.slice(1), word].join(" ")}'${guess}`, path);
    }
    path = [...path, word];
    entry = child;
    rest = rest.slice(1);
  }
  return { path, entry, rest };
}

async function showGroup(host: Host, { path, rest }: Found, children: Table): Promise<number> {
  const [flag] = rest;
  if (asksForHelp(rest) || (flag === undefined && path.length === 1)) {
    const { renderGroupHelp } = await import("./help.ts");
    host.output.result(renderGroupHelp(path, children));
    return 0;
  }
  if (flag === undefined) throw usageError(`\`${path.join(" ")}\` needs a command`, path);
  throw usageError(`Unknown flag '${flag}'`, path);
}

/** Refuses wrong arguments; where help is asked for, shows it instead and returns false. */
async function mayRun(
  host: Host,
  { path, entry, rest }: Found,
  args: Command["args"],
): Promise<boolean> {
  if (rest.length === 0 && Object.keys(args).length === 0) return true;
  if (asksForHelp(rest)) {
    const { renderCommandHelp } = await import("./help.ts");
    host.output.result(renderCommandHelp(path, entry.summary, args));
    return false;
  }
  const { checkArguments } = await import("./strict-arguments.ts");
  checkArguments(rest, args, path);
  return true;
}

/** What a command gets: as hermes, where it is root's `docker exec`. */
async function prepareApp(host: Host, program: string, profile: string | null): Promise<App> {
  if (program === "hermes") {
    const { dropRoot } = await import("./drop-root.ts");
    dropRoot(host);
  }
  const { createApp } = await import("./app.ts");
  return createApp(host, profile);
}

/** Runs a command line against a table of commands and returns its exit code. */
export async function runCommandLine(
  host: Host,
  program: string,
  table: Table,
  args: readonly string[],
): Promise<number> {
  // The words of `hermes-boot main -- …` and its like belong to somebody else's command line.
  const { profile, words } =
    program === "hermes" ? splitProfileFlag(args, [program]) : { profile: null, words: args };
  const versioned = words.length === 1 && (words[0] === "--version" || words[0] === "-V");
  const found = await find(table, program, versioned ? ["version"] : words);
  const { entry, rest } = found;
  if ("children" in entry) return showGroup(host, found, entry.children);
  if ("text" in entry) {
    if (await mayRun(host, found, {})) host.output.result(entry.text());
    return 0;
  }
  const loaded = await entry.load(await prepareApp(host, program, profile));
  if (!isRaw(loaded) && !(await mayRun(host, found, loaded.args))) return 0;
  return loaded.run(rest);
}
