/** Characters of the longest event or line; no model sends longer ones. */
const LONGEST = 4_194_304;

/**
 * Parses a stream of server-sent events (WHATWG HTML, "Server-sent events") into the data of its events, wherever its
 * pieces are cut. Comments and other fields are left out. Throws if an event never ends.
 */
export async function* readEvents(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string | null = null;
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    if (rest.length > LONGEST) throw new RangeError("a line of the stream is too long");
    const lines = splitLines(rest);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "" && data !== null) yield data;
      data = line === "" ? null : addData(data, line);
    }
  }
  // An event without its empty line counts: many servers close right after the last one.
  data = addData(data, rest.replace(/\r$/, ""));
  if (data !== null) yield data;
}

/**
 * Splits lines, which end with CR LF, LF or CR; a CR at the very end may be half of a CR LF and stays with the rest.
 */
function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r(?!$)/);
}

/** Adds the data of a line to those of its event; null as long as there are none. */
function addData(data: string | null, line: string): string | null {
  const field = /^data(?:: ?|$)/.exec(line)?.[0];
  if (field === undefined) return data;
  const all = (data === null ? "" : `${data}\n`) + line.slice(field.length);
  if (all.length > LONGEST) throw new RangeError("an event of the stream is too long");
  return all;
}
