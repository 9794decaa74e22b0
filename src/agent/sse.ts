/** A line this long is no event that a model sends. */
const LONGEST_LINE = 4_194_304;

/**
 * Cuts a stream of server-sent events (WHATWG HTML, "Server-sent events") into the data of its events,
 * wherever the pieces are cut. Comments and other fields are left out. Throws where a line never ends.
 */
export async function* readEvents(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    if (rest.length > LONGEST_LINE) throw new RangeError("a line of the stream is too long");
    const lines = splitLines(rest);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") {
        data = addLine(data, line);
        continue;
      }
      if (data.length > 0) yield data.join("\n");
      data = [];
    }
  }
  // An event without its empty line counts: many servers close right behind the last one.
  const last = rest === "" ? data : addLine(data, rest.replace(/\r$/, ""));
  if (last.length > 0) yield last.join("\n");
}

/** Lines end with CR LF, LF or CR; a CR at the very end may be half of a CR LF and stays with the rest. */
function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r(?!$)/);
}

function addLine(data: readonly string[], line: string): string[] {
  if (line === "data") return [...data, ""];
  if (!line.startsWith("data:")) return [...data];
  return [...data, line.slice(line.startsWith("data: ") ? 6 : 5)];
}
