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
  let data: string[] = [];
  let length = 0;
  const take = (line: string) => {
    const value = dataOf(line);
    if (value === null) return;
    data.push(value);
    length += value.length + 1;
    if (length > LONGEST) throw new RangeError("an event of the stream is too long");
  };
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    if (rest.length > LONGEST) throw new RangeError("a line of the stream is too long");
    const lines = splitLines(rest);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") {
        take(line);
        continue;
      }
      if (data.length > 0) yield data.join("\n");
      data = [];
      length = 0;
    }
  }
  // An event without its empty line counts: many servers close right after the last one.
  if (rest !== "") take(rest.replace(/\r$/, ""));
  if (data.length > 0) yield data.join("\n");
}

/**
 * Splits lines, which end with CR LF, LF or CR; a CR at the very end may be half of a CR LF and stays with the rest.
 */
function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r(?!$)/);
}

/** Returns the data of a line; null for every other field. */
function dataOf(line: string): string | null {
  if (line === "data") return "";
  if (!line.startsWith("data:")) return null;
  return line.slice(line.startsWith("data: ") ? 6 : 5);
}
