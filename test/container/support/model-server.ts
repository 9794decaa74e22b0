import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { engineOk } from "../harness/engine.ts";
import { waitFor } from "../harness/wait-for.ts";

const PROGRAM = "/usr/local/bin/model-server";
const PORT = 9000;

/** The local model server as a program for containers, which have no network and no Bun. */
export interface ModelServerProgram extends Disposable {
  /** The engine's flag that puts it into a container. */
  readonly flag: string;
  /** Starts it in a container that runs; the key is `right-key`. */
  readonly start: (container: string) => Promise<void>;
  /** The base URL of a mood, inside that container. */
  readonly baseUrl: (mood?: string) => string;
}

export async function compileModelServer(): Promise<ModelServerProgram> {
  const directory = mkdtempSync(join(tmpdir(), "model-server-"));
  const target = join(directory, "model-server");
  const source = resolve(import.meta.dir, "../../support/model-server-main.ts");
  const build = Bun.spawn([process.execPath, "build", "--compile", "--outfile", target, source], {
    stdout: "ignore",
    stderr: "pipe",
  });
  if ((await build.exited) !== 0) throw new Error(await build.stderr.text());
  return {
    flag: `--volume=${target}:${PROGRAM}:ro`,
    start: async (container) => {
      await engineOk(["exec", "--detach", container, PROGRAM, String(PORT), "right-key"]);
      const listening = `:${PORT.toString(16).toUpperCase()} `;
      await waitFor(
        async () =>
          (await engineOk(["exec", container, "cat", "/proc/net/tcp"])).includes(listening),
        { what: "the model server" },
      );
    },
    baseUrl: (mood) => `http://127.0.0.1:${PORT}${mood === undefined ? "" : `/${mood}`}/v1`,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}
