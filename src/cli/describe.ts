import type { ArgsDef } from "citty";
import type { App } from "./app.ts";
import { isRaw, type Example } from "./command-type.ts";
import { HERMES_ABOUT } from "./help.ts";
import type { Entry, Table } from "./command-table.ts";

/** A command, or a group of them, as people are told of it. */
export interface CommandNode {
  /** Behind the program's name; empty for the program itself. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly examples: readonly Example[];
  readonly args: ArgsDef;
  /** True if it takes any words. */
  readonly raw: boolean;
  readonly children: readonly CommandNode[];
}

async function describe(app: App, path: readonly string[], entry: Entry): Promise<CommandNode> {
  const { summary } = entry;
  if ("load" in entry) {
    const loaded = await entry.load(app);
    const { args, examples } = loaded;
    return { path, summary, examples, args, raw: isRaw(loaded), children: [] };
  }
  const { examples } = entry;
  const children =
    "children" in entry
      ? await Promise.all(
          Object.entries(entry.children).map(([name, child]) =>
            describe(app, [...path, name], child),
          ),
        )
      : [];
  return { path, summary, examples, args: {}, raw: false, children };
}

/** Loads every command of `hermes`, for those who tell of all of them at once. */
export function describeHermes(app: App, table: Table): Promise<CommandNode> {
  return describe(app, [], { ...HERMES_ABOUT, children: table });
}

/** A node and all below it, each before its children. */
export function listNodes(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.children.flatMap(listNodes)];
}
