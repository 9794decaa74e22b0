import type { Host } from "../../host/host.ts";
import type { OpenedFile } from "../../host/opened-file.ts";

/** As much as a state file has. */
const LONGEST = 65_536;

/** Finds out whether a file is replaced as a whole, or written while others may read it. */
export class ReplacedFile {
  readonly #host: Host;
  readonly #path: string;
  /** Open, so that no other file gets its id. */
  #held: { readonly file: OpenedFile; readonly text: string } | null = null;

  constructor(host: Host, path: string) {
    this.#host = host;
    this.#path = path;
    this.#hold();
  }

  /** Looks now: whether it is the same file as at the last look, with another text in it. */
  isWrittenInPlace(): boolean {
    const held = this.#held;
    const isWritten = held !== null && textOf(held.file) !== held.text;
    if (isWritten || this.#host.files.readFileId(this.#path) !== held?.file.id) this.#hold();
    return isWritten;
  }

  close(): void {
    this.#held?.file.close();
    this.#held = null;
  }

  #hold(): void {
    this.close();
    const outcome = this.#host.files.openFile(this.#path);
    if (outcome.kind !== "file") return;
    this.#held = { file: outcome.file, text: textOf(outcome.file) };
  }
}

function textOf(file: OpenedFile): string {
  return new TextDecoder().decode(file.read(0, LONGEST));
}
