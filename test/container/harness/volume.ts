import { engine, engineOk, labelArguments, uniqueName } from "./engine.ts";

/** A named volume of one test; `await using` removes it. Declare it before the containers that use it. */
export interface Volume extends AsyncDisposable {
  readonly name: string;
}

export async function createVolume(): Promise<Volume> {
  const name = uniqueName();
  await engineOk(["volume", "create", ...labelArguments(), name]);
  return {
    name,
    async [Symbol.asyncDispose](): Promise<void> {
      await engine(["volume", "rm", "--force", name]);
    },
  };
}
