import type { Host } from "../host/host.ts";
import type { NextLine } from "../logs/merge-logs.ts";
import { renderLine, type LineView } from "../logs/render-line.ts";

/** Characters that are written at a time. */
const BATCH = 16_384;

/** Prints lines as they come, and waits for the reader of the output. Returns true if there were any. */
export function showLines(host: Host, next: NextLine, view: LineView): boolean {
  const { result, rawResult } = host.output;
  const print = view.raw ? rawResult : result;
  let [text, isAny] = ["", false];
  for (let line = next(); line !== null; line = next()) {
    text += renderLine(line, view);
    isAny = true;
    if (text.length < BATCH) continue;
    print(text);
    text = "";
  }
  if (text !== "") print(text);
  return isAny;
}
