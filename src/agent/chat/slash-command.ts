/** A command of a line that begins with a slash. */
export type SlashCommand = "help" | "clear" | "new" | "retry" | "model" | "exit";

export type ParsedSlash =
  | { readonly kind: "command"; readonly command: SlashCommand }
  | { readonly kind: "unknown"; readonly name: string; readonly nearest: string | null };

const NAMES: Readonly<Record<string, SlashCommand>> = {
  "/help": "help",
  "/?": "help",
  "/clear": "clear",
  "/new": "new",
  "/retry": "retry",
  "/model": "model",
  "/exit": "exit",
  "/quit": "exit",
};

/** Finds the name that the user may have meant. */
export type Nearest = (word: string, candidates: readonly string[]) => string | null;

/** Parses the command of a line; returns null for a message, which has no slash at its start, or a blank before it. */
export function parseSlashCommand(line: string, nearest: Nearest): ParsedSlash | null {
  if (!line.startsWith("/")) return null;
  const [name = ""] = line.split(/\s/, 1);
  const command = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (command !== undefined && line.trim() === name) return { kind: "command", command };
  return { kind: "unknown", name, nearest: nearest(name, Object.keys(NAMES)) };
}

/** Completes the one command that begins with the text; returns the text if there is not exactly one. */
export function completeSlash(text: string): string {
  if (!/^\/\w*$/.test(text)) return text;
  const names = Object.keys(NAMES).filter((name) => name.startsWith(text));
  return names.length === 1 ? (names[0] ?? text) : text;
}

/** The text of `/help`. */
export const HELP = `**Commands**

- \`/new\` forgets the conversation, \`/clear\` clears the screen too
- \`/retry\` asks the last question again
- \`/model\` shows the model and its server
- \`/exit\` or \`/quit\` leaves, and so does Ctrl-D

**Keys**

- Enter sends; Alt-Enter, Ctrl-J or a backslash at the end begins a new line
- Up and Down recall what was sent before, Ctrl-R searches it
- Ctrl-C stops the answer, or clears the line
- Ctrl-A, Ctrl-E, Alt-B, Alt-F move; Ctrl-W, Ctrl-U, Ctrl-K cut, Ctrl-Y puts back
- Ctrl-L clears the screen, Ctrl-Z suspends`;
