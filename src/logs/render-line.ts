import { makeLineHarmless } from "../core/printable.ts";
import type { OffsetAt } from "./zone-offsets.ts";
import { renderTime, type LogLine } from "./log-line.ts";

/** The options for rendering lines. */
export interface LineView {
  /** True to show lines byte for byte, with control characters. */
  readonly raw: boolean;
  readonly offsetAt: OffsetAt;
  /** Returns the name of a log in front of its lines, padded and painted; empty if there is only one. */
  readonly prefix: (source: string) => string;
  readonly dim: (text: string) => string;
}

/** Renders a line with its newline, or a part of one. */
export function renderLine({ source, time, text, part }: LogLine, view: LineView): string {
  const { raw, offsetAt, prefix, dim } = view;
  const stamp = time === null ? "" : `${dim(renderTime(time, offsetAt))}  `;
  const begin = part === "line" || part === "first" ? `${prefix(source)}${stamp}` : "";
  const end = part === "line" || part === "last" ? "\n" : "";
  return `${begin}${raw ? text : makeLineHarmless(text)}${end}`;
}
