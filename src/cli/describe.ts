import type { App } from "./app.ts";
import type { Command } from "./command.ts";
import type { Entry, Program } from "./command-table.ts";

/** A command, or a group of them, as people are told of it. */
export interface CommandNode extends Pick<Command, "args" | "examples"> {
  /** Behind the program's name; empty for the program itself. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly children: readonly CommandNode[];
}

async function describe(app: App, path: readonly string[], entry: Entry): Promise<CommandNode> {
  const { summary } = entry;
  if ("load" in entry) {
    const { args, examples } = await entry.load(app);
    return { path, summary, examples, args, children: [] };
  }
  const children = Object.entries("children" in entry ? entry.children : {});
  return {
    path,
    summary,
    examples: entry.examples,
    args: {},
    children: await Promise.all(
      children.map(([name, child]) => describe(app, [...path, name], child)),
    ),
  };
}

/** Loads every command of a program, for those who tell of all of them at once. */
export function describeProgram(app: App, program: Program): Promise<CommandNode> {
  return describe(app, [], program);
}

/** A node and all below it, each before its children. */
export function listNodes(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(listNodes)];
}
