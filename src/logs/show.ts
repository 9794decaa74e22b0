import { makeLineHarmless } from "../core/printable.ts";
import type { OffsetAt } from "./offsets.ts";
import { renderTime, type LogLine } from "./line.ts";

/** How lines are shown. */
export interface LineView {
  /** If they are shown byte for byte, with what a terminal would obey. */
  readonly raw: boolean;
  readonly offsetAt: OffsetAt;
  /** The name of a log in front of its lines, padded, and painted; empty where there is only one. */
  readonly prefix: (source: string) => string;
  readonly dim: (text: string) => string;
}

/** A line with its newline, or a part of one. */
export function showLine({ source, time, text, part }: LogLine, view: LineView): string {
  const { raw, offsetAt, prefix, dim } = view;
  const stamp = time === null ? "" : `${dim(renderTime(time, offsetAt))}  `;
  const begin = part === "line" || part === "first" ? `${prefix(source)}${stamp}` : "";
  const end = part === "line" || part === "last" ? "\n" : "";
  return `${begin}${raw ? text : makeLineHarmless(text)}${end}`;
}
