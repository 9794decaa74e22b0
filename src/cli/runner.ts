import { TERMINAL_FLAGS, wordsBeforeSeparator } from "../core/command-line.ts";
import type { Host } from "../host/host.ts";
import { isOurs } from "./agent-route.ts";
import type { App } from "./app.ts";
import { isRaw, type Command } from "./command-type.ts";
import { splitGlobalFlags, type SplitFlags } from "./global-flags.ts";
import type { Entry, Group, Table } from "./command-table.ts";
import { usageError } from "./usage-error.ts";

function asksForHelp(words: readonly string[]): boolean {
  return wordsBeforeSeparator(words).some((word) => word === "--help" || word === "-h");
}

interface Found {
  readonly path: readonly string[];
  readonly entry: Entry;
  readonly rest: readonly string[];
}

/**
 * Follows the words into the tree of commands. Throws a usage error with the nearest name for an unknown one.
 */
async function find(table: Table, program: string, words: readonly string[]): Promise<Found> {
  let path: readonly string[] = [program];
  let entry: Entry = { summary: "What the image's scripts call", examples: [], children: table };
  let rest = words;
  while ("children" in entry) {
    const [word] = rest;
    if (word === undefined || word.startsWith("-")) return { path, entry, rest };
    const child: Entry | undefined = Object.hasOwn(entry.children, word)
      ? entry.children[word]
      : undefined;
    if (child === undefined) {
      const { nearestCommand } = await import("./nearest.ts");
      const near = nearestCommand(word, entry.children);
      const guess = near === null ? "" : `; did you mean '${near}'?`;
      throw usageError(`Unknown command '${[...path.slice(1), word].join(" ")}'${guess}`, path);
    }
    path = [...path, word];
    entry = child;
    rest = rest.slice(1);
  }
  return { path, entry, rest };
}

async function showGroup(host: Host, { path, rest }: Found, entry: Group): Promise<number> {
  const [flag] = rest;
  if (asksForHelp(rest) || (flag === undefined && path.length === 1)) {
    const { HERMES_ABOUT, renderGroupHelp } = await import("./help.ts");
    const { styleOf } = await import("./view.ts");
    const about = path.join(" ") === "hermes" ? HERMES_ABOUT : entry;
    const { summary, examples } = about;
    const help = { summary, examples, children: entry.children };
    host.output.result(renderGroupHelp(path, help, styleOf(host, 1)));
    return 0;
  }
  if (flag === undefined) throw usageError(`\`${path.join(" ")}\` needs a command`, path);
  const command = rest.find((word) => Object.hasOwn(entry.children, word));
  if (command !== undefined) {
    throw usageError(
      `Unknown flag '${flag}' before '${command}': a command's flags stand behind it`,
      path,
    );
  }
  const { unknownFlag } = await import("./strict-arguments.ts");
  throw unknownFlag(flag, [], path);
}

/** The definition of a command's words: of a command, or of a text, which has none. */
type Described = Pick<Command, "args" | "examples">;

/** Refuses wrong arguments. If help is asked for, shows it instead and returns false. */
async function mayRun(host: Host, found: Found, { args, examples }: Described): Promise<boolean> {
  const { path, entry, rest } = found;
  if (rest.length === 0 && Object.keys(args).length === 0) return true;
  if (asksForHelp(rest)) {
    const { renderCommandHelp } = await import("./help.ts");
    const { styleOf } = await import("./view.ts");
    const help = { summary: entry.summary, args, examples };
    host.output.result(renderCommandHelp(path, help, styleOf(host, 1)));
    return false;
  }
  const { checkArguments } = await import("./strict-arguments.ts");
  checkArguments(rest, args, path);
  return true;
}

/** The words of a command as citty knows them: short flags written together taken apart. */
async function separateFlags(found: Found, args: Command["args"]): Promise<Found> {
  if (!found.rest.some((word) => /^-[a-zA-Z]./.test(word))) return found;
  const { separateShortFlags } = await import("./strict-arguments.ts");
  return { ...found, rest: separateShortFlags(found.rest, args) };
}

/** Makes the context of a command; root's `docker exec` becomes hermes first. */
async function prepareApp(host: Host, program: string, profile: string | null): Promise<App> {
  const { createApp } = await import("./app.ts");
  if (program !== "hermes") return createApp(host, profile);
  const { dropRoot, refuseUnexpectedUid } = await import("../boot/drop-root.ts");
  dropRoot(host);
  const app = createApp(host, profile);
  refuseUnexpectedUid(host, app.home.root);
  return app;
}

/** Returns true if a command that root calls begins with work for root. */
function needsRoot({ path, rest }: Found): boolean {
  const flags = new Set(["--fix", "--json"]);
  return (
    path.join(" ") === "hermes doctor" &&
    rest.includes("--fix") &&
    rest.every((word) => flags.has(word))
  );
}

/** The habits of other programs: `--version` and `-V`, `help` in front of a command. */
function translate(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (rest.length === 0 && (first === "--version" || first === "-V")) return ["version"];
  return first === "help" ? [...rest, "--help"] : words;
}

/** Translates to `chat`: no words on a terminal, and `--tui` or `-T`. */
function translateTerminalSession(host: Host, words: readonly string[]): readonly string[] {
  const [first] = words;
  if (TERMINAL_FLAGS.some((flag) => flag === first)) return ["chat", ...words];
  const isTerminal = () => host.input.isTerminal() && host.output.isTerminal(1);
  return first === undefined && isTerminal() ? ["chat"] : words;
}

async function runLoaded(
  app: App,
  loaded: Command,
  words: readonly string[],
  isNamed: boolean,
): Promise<number> {
  try {
    return await loaded.run(words);
  } catch (error) {
    const { suggestProfile } = await import("./suggest-profile.ts");
    throw suggestProfile(app, error, (profile) => isNamed || words.includes(profile));
  }
}

/** Refuses one gateway and all of them at once: whichever was meant, the other one is done, too. */
function refuseOneAndAll({ path, rest }: Found, { args }: Command, isNamed: boolean): void {
  if (!isNamed || !Object.hasOwn(args, "all") || !rest.includes("--all")) return;
  throw usageError("A profile is named, and --all means every one: leave one of them out", path);
}

/** `help` takes the words of a command, and nothing else. */
async function checkHelpWords({ path, rest }: Found): Promise<void> {
  const more = rest.filter((word) => word !== "--help" && word !== "-h");
  if (more.length === 0) return;
  const { checkArguments } = await import("./strict-arguments.ts");
  checkArguments(more, {}, path);
}

/** Leaves the terminal of root's shell before what may become the agent. */
async function leaveTerminal(host: Host, args: readonly string[]): Promise<void> {
  const { leaveTerminalOfRoot } = await import("./own-terminal.ts");
  leaveTerminalOfRoot(host, args);
}

/** Becomes the external agent, if one is installed, for a command line that is not ours. */
async function becomeAgentForWords(host: Host, args: readonly string[]): Promise<void> {
  await leaveTerminal(host, args);
  const app = await prepareApp(host, "hermes", null);
  const { becomeAgent } = await import("./become-agent.ts");
  becomeAgent(app, args);
}

/** Root gets a PATH of its own, hermes the one that was given. */
async function settleVariables(host: Host): Promise<void> {
  const isRoot = host.users.currentUid() === 0;
  if (!isRoot && host.environment["HERMES_GIVEN_PATH"] === undefined) return;
  const { protectRoot, restoreGivenVariables } = await import("../boot/given-variables.ts");
  if (isRoot) protectRoot(host);
  else restoreGivenVariables(host);
}

/** Runs a command line against a table of commands and returns its exit code. */
export async function runCommandLine(
  host: Host,
  program: string,
  table: Table,
  args: readonly string[],
): Promise<number> {
  await settleVariables(host);
  if (program === "hermes" && !isOurs(table, args)) await becomeAgentForWords(host, args);
  // The words of `hermes-boot main -- …` and the like belong to another command line.
  const flags: SplitFlags =
    program === "hermes"
      ? splitGlobalFlags(args, [program])
      : { profile: null, color: "auto", words: args };
  const words = translate(flags.words);
  const meant = program === "hermes" ? translateTerminalSession(host, words) : words;
  const found = await find(table, program, meant);
  if (flags.words[0] === "help") await checkHelpWords(found);
  const { entry, rest } = found;
  if ("children" in entry) return showGroup(host, found, entry);
  if ("text" in entry) {
    const described = { args: {}, examples: entry.examples };
    if (await mayRun(host, found, described)) host.output.result(entry.text());
    return 0;
  }
  if (needsRoot(found)) {
    const { repairAsRoot } = await import("./repair-as-root.ts");
    await repairAsRoot(host);
  }
  if (found.path.join(" ") === "hermes gateway run") await leaveTerminal(host, args);
  const app = await prepareApp(host, program, flags.profile);
  const loaded = await entry.load(app);
  const { isNamed } = app;
  if (isRaw(loaded)) return runLoaded(app, loaded, rest, isNamed);
  const separated = await separateFlags(found, loaded.args);
  if (!(await mayRun(host, separated, loaded))) return 0;
  refuseOneAndAll(separated, loaded, isNamed);
  return runLoaded(app, loaded, separated.rest, isNamed);
}
