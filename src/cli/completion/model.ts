import type { ArgsDef } from "citty";
import { listFlags, listPlaces, spellingsOf, type Flag, type Place } from "../arguments.ts";
import { listNodes, type CommandNode } from "../describe.ts";
import { GLOBAL_FLAGS } from "../global-flags.ts";

/** The words that can stand at a place, or after a flag; `any` is not known. */
export type Value =
  | { readonly kind: "profile" | "any" }
  | { readonly kind: "choice"; readonly options: readonly string[] };

/** One spelling of a flag. */
export interface FlagSpelling {
  readonly spelling: string;
  readonly summary: string;
  /** null if it takes none. */
  readonly value: Value | null;
}

/** The words that can follow the commands of `path`. */
export interface CompletionState {
  /** Words with spaces between them. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly summary: string }[];
  readonly flags: readonly FlagSpelling[];
  readonly places: readonly Value[];
}

function valueOf({ name, hint, choices }: Flag | Place): Value {
  if (choices.length > 0) return { kind: "choice", options: choices };
  return { kind: hint === "PROFILE" || name === "profile" ? "profile" : "any" };
}

function flagsOf(args: ArgsDef): readonly FlagSpelling[] {
  return listFlags(args).flatMap((flag) => {
    const value = flag.hint === null ? null : valueOf(flag);
    return spellingsOf(flag).map((spelling) => ({ spelling, summary: flag.summary, value }));
  });
}

/** The flags that every command takes. */
export const GLOBAL_SPELLINGS: readonly FlagSpelling[] = flagsOf(GLOBAL_FLAGS);

function stateOf({ path, args, children }: CommandNode): CompletionState {
  const words = children.map((child) => ({
    word: child.path.at(-1) ?? "",
    summary: child.summary,
  }));
  const help = { word: "help", summary: "Show the help of a command" };
  return {
    path: path.join(" "),
    words: path.length === 0 ? [...words, help] : words,
    flags: flagsOf(args),
    places: listPlaces(args).map(valueOf),
  };
}

/** Every state of a command line, the empty one first. */
export function listStates(root: CommandNode): readonly CompletionState[] {
  return listNodes(root).map(stateOf);
}

/** A flag that takes a value, in one state or in all. */
export interface ValueFlag {
  /** null: everywhere. */
  readonly path: string | null;
  readonly spelling: string;
  readonly value: Value;
}

function withValue(path: string | null, flags: readonly FlagSpelling[]): readonly ValueFlag[] {
  return flags.flatMap(({ spelling, value }) =>
    value === null ? [] : [{ path, spelling, value }],
  );
}

/** The flags behind which a value stands; a script must not take that for a command. */
export function listValueFlags(states: readonly CompletionState[]): readonly ValueFlag[] {
  const own = states.flatMap(({ path, flags }) => withValue(path, flags));
  return [...withValue(null, GLOBAL_SPELLINGS), ...own];
}

/** The words that lead to another state; `help` in front leads to the same state as without it. */
export function listSteps(
  states: readonly CompletionState[],
): readonly { readonly path: string; readonly word: string }[] {
  return states.flatMap(({ path, words }) =>
    words.filter(({ word }) => word !== "help" || path !== "").map(({ word }) => ({ path, word })),
  );
}
