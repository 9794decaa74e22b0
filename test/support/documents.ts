import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./executable.ts";

/** A row of a table in a document: the names that it is about, and what is named in what it says of them. */
export interface DocumentRow {
  readonly names: readonly string[];
  readonly says: readonly string[];
}

/** The words in backquotes, without the `[]` of a list. */
const quoted = (text: string) =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word.replace(/\[\]$/, ""));

/** The tables of a document in `docs/`, in order, without their heads. */
export function readTables(name: string): readonly (readonly DocumentRow[])[] {
  const text = readFileSync(join(REPOSITORY, "docs", name), "utf8");
  return text
    .split(/\n\n+/)
    .filter((part) => part.startsWith("|"))
    .map((part) =>
      part
        .trim()
        .split("\n")
        .slice(2)
        .map((row) => {
          const [, first = "", ...rest] = row.split("|");
          return { names: quoted(first), says: quoted(rest.join("|")) };
        }),
    );
}

/** All names that a table is about, sorted. */
export function namesOf(table: readonly DocumentRow[] | undefined): readonly string[] {
  return (table ?? []).flatMap(({ names }) => names).toSorted();
}

/** What a table says in the row of a name. */
export function saidOf(table: readonly DocumentRow[] | undefined, name: string): readonly string[] {
  return table?.find(({ names }) => names.includes(name))?.says ?? [];
}
