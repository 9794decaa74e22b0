import type { Container } from "../harness/container.ts";

const WORD = String.raw`(?:[A-Za-z0-9_.:/@+-]+|"(?:[^"\\]|\\.)*")`;

/** A line of the boot log; further pairs may follow the action. */
export const BOOT_LINE = new RegExp(
  String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 profile=${WORD} prior_state=${WORD} action=(?:started|registered|skipped)(?: [a-z_]+=${WORD})*$`,
);

/** The boot log on the volume, a line an entry. */
export async function readBootLog(container: Container): Promise<readonly string[]> {
  const text = await container.execOk("hermes", ["cat", "/opt/data/logs/container-boot.log"]);
  return text.trimEnd().split("\n");
}

/** A line without its time and its `prior_exit`: `profile=coder prior_state=running action=started`. */
export function withoutTime(line: string): string {
  return line.slice(line.indexOf(" ") + 1).replace(/ prior_exit=\w+/, "");
}
