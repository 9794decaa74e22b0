import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { renderBash } from "../completion/bash.ts";
import { renderFish } from "../completion/fish.ts";
import { listStates, type CompletionState } from "../completion/model.ts";
import { renderZsh } from "../completion/zsh.ts";
import { describeProgram } from "../describe.ts";
import { didYouMean, nearest } from "../nearest.ts";
import type { Program } from "../command-table.ts";
import { usageError } from "../usage-error.ts";

const SHELLS: ReadonlyMap<string, (states: readonly CompletionState[]) => string> = new Map([
  ["bash", renderBash],
  ["zsh", renderZsh],
  ["fish", renderFish],
]);

const ARGS = {
  shell: {
    type: "positional",
    valueHint: "bash|zsh|fish",
    description: "The shell to complete in",
    required: true,
  },
} as const;

const EXAMPLES: readonly Example[] = [
  ["source <(hermes completion bash)", "In ~/.bashrc"],
  ["source <(hermes completion zsh)", "In ~/.zshrc, after compinit"],
  ["hermes completion fish | source", "In ~/.config/fish/config.fish"],
];

/** `hermes completion SHELL`: a script that completes commands, flags and the names of profiles. */
export function completion(app: App, program: Program): Command {
  return command(ARGS, EXAMPLES, async ({ shell }) => {
    const render = SHELLS.get(shell);
    if (render === undefined) {
      const guess = didYouMean(nearest(shell, [...SHELLS.keys()]));
      const message = `Cannot complete in '${shell}', but in bash, zsh and fish${guess}`;
      throw usageError(message);
    }
    app.host.output.result(render(listStates(await describeProgram(app, program))));
  });
}
