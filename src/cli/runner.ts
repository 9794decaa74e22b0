import { TERMINAL_FLAGS, wordsBeforeSeparator } from "../core/command-line.ts";
import type { Host } from "../host/host.ts";
import { isOurs } from "./agent-route.ts";
import type { App } from "./app.ts";
import { childOf, type Entry, type Group, type Program } from "./command-table.ts";
import { isRaw } from "./raw-command.ts";
import type { Command } from "./command.ts";
import { GLOBAL_FLAGS, splitGlobalFlags, type SplitFlags } from "./global-flags.ts";
import { didYouMean, nearestCommand } from "./nearest.ts";
import { usageError, withHelpHint } from "./usage-error.ts";

const HELP_FLAGS: readonly string[] = ["--help", "-h"];

function asksForHelp(words: readonly string[]): boolean {
  return wordsBeforeSeparator(words).some((word) => HELP_FLAGS.includes(word));
}

interface Found {
  readonly path: readonly string[];
  readonly entry: Entry;
  readonly rest: readonly string[];
}

/** Follows the words into the tree of commands. Throws a usage error with the nearest name for an unknown one. */
function find(program: Program, words: readonly string[]): Found {
  let path: readonly string[] = [program.name];
  let entry: Entry = program;
  let rest = words;
  while ("children" in entry) {
    const [word] = rest;
    if (word === undefined || word.startsWith("-")) break;
    const child = childOf(entry, word);
    if (child === undefined) {
      const unknown = [...path.slice(1), word].join(" ");
      const guess = didYouMean(nearestCommand(word, entry.children));
      throw withHelpHint(usageError(`Unknown command '${unknown}'${guess}`), path);
    }
    path = [...path, word];
    entry = child;
    rest = rest.slice(1);
  }
  return { path, entry, rest };
}

async function showGroup(host: Host, { path, rest }: Found, group: Group): Promise<number> {
  const [flag] = rest;
  if (asksForHelp(rest) || (flag === undefined && path.length === 1)) {
    const { renderGroupHelp } = await import("./help.ts");
    const { styleOf } = await import("./view.ts");
    host.output.result(renderGroupHelp(path, group, styleOf(host, 1)));
    return 0;
  }
  if (flag === undefined) throw usageError(`\`${path.join(" ")}\` needs a command`);
  const command = rest.find((word) => Object.hasOwn(group.children, word));
  if (command !== undefined) {
    throw usageError(
      `Unknown flag '${flag}' before '${command}': a command's flags stand behind it`,
    );
  }
  const { unknownFlag } = await import("./strict-arguments.ts");
  throw unknownFlag(flag, Object.keys(flagsEverywhere(path)));
}

/** The flags of every command of a program; the commands of the image's scripts share none. */
function flagsEverywhere([program]: Found["path"]) {
  return program === "hermes" ? GLOBAL_FLAGS : {};
}

async function refuseWrong(words: readonly string[], args: Command["args"], { path }: Found) {
  const { checkArguments } = await import("./strict-arguments.ts");
  checkArguments(words, args, flagsEverywhere(path));
}

/** The definition of a command's words: of a command, or of a text, which has none. */
type Described = Pick<Command, "args" | "examples">;

/** Refuses wrong arguments. If help is asked for, shows it instead and returns false. */
async function mayRun(host: Host, found: Found, { args, examples }: Described): Promise<boolean> {
  const { path, entry, rest } = found;
  if (rest.length === 0 && Object.keys(args).length === 0) return true;
  if (!asksForHelp(rest)) {
    await refuseWrong(rest, args, found);
    return true;
  }
  const { renderCommandHelp } = await import("./help.ts");
  const { styleOf } = await import("./view.ts");
  const help = { summary: entry.summary, args, examples };
  host.output.result(renderCommandHelp(path, help, styleOf(host, 1)));
  return false;
}

/** Makes the context of a command; root's `docker exec` becomes hermes first. */
async function prepareApp(host: Host, isHermes: boolean, profile: string | null): Promise<App> {
  const { createApp } = await import("./app.ts");
  if (!isHermes) return createApp(host, profile);
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

/** Leaves the terminal of root's shell before what may become the agent. */
async function leaveTerminal(host: Host, args: readonly string[]): Promise<void> {
  const { leaveTerminalOfRoot } = await import("./own-terminal.ts");
  leaveTerminalOfRoot(host, args);
}

/** Becomes the external agent, if one is installed, for a command line that is not ours. */
async function becomeAgentForWords(host: Host, args: readonly string[]): Promise<void> {
  await leaveTerminal(host, args);
  const app = await prepareApp(host, true, null);
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

async function runFound(
  host: Host,
  args: readonly string[],
  found: Found,
  { profile, words }: SplitFlags,
): Promise<number> {
  const { path, entry, rest } = found;
  if (words[0] === "help") {
    // It takes the words of a command, and nothing else.
    const more = rest.filter((word) => !HELP_FLAGS.includes(word));
    if (more.length > 0) await refuseWrong(more, {}, found);
  }
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
  if (path.join(" ") === "hermes gateway run") await leaveTerminal(host, args);
  const app = await prepareApp(host, path[0] === "hermes", profile);
  const loaded = await entry.load(app);
  if (!isRaw(loaded)) {
    if (!(await mayRun(host, found, loaded))) return 0;
    if (app.isNamed && Object.hasOwn(loaded.args, "all") && rest.includes("--all")) {
      // Whichever was meant, the other one would be done, too.
      throw usageError("A profile is named, and --all means every one: leave one of them out");
    }
  }
  try {
    return await loaded.run(rest);
  } catch (error) {
    const { suggestProfile } = await import("./suggest-profile.ts");
    throw suggestProfile(app, error, (name) => app.isNamed || rest.includes(name));
  }
}

/** Runs a command line of a program and returns its exit code. */
export async function runCommandLine(
  host: Host,
  program: Program,
  args: readonly string[],
): Promise<number> {
  await settleVariables(host);
  const isHermes = program.name === "hermes";
  if (isHermes && !isOurs(program, args)) await becomeAgentForWords(host, args);
  let path: readonly string[] = [program.name];
  try {
    // The words of `hermes-boot main -- …` and the like belong to another command line.
    const flags = isHermes ? splitGlobalFlags(args) : { profile: null, words: args };
    const words = translate(flags.words);
    const found = find(program, isHermes ? translateTerminalSession(host, words) : words);
    ({ path } = found);
    return await runFound(host, args, found, flags);
  } catch (error) {
    throw withHelpHint(error, path);
  }
}
