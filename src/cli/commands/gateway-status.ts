import { AppError, ExitCode } from "../../core/errors.ts";
import { mergeExits, readExitHistory } from "../../profiles/exit-history.ts";
import { readExitRecord } from "../../profiles/exit-record.ts";
import { profileDirectory } from "../../profiles/paths.ts";
import { profileExists } from "../../profiles/store.ts";
import { readFailedBoots } from "../../status/failed-boots.ts";
import { renderGateway } from "../../status/render-gateway.ts";
import { takeGatewaySnapshot } from "../../status/snapshot.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { command } from "../command.ts";

const JSON_FLAG = { type: "boolean", description: "Print JSON" } as const;

const EXAMPLES: readonly Example[] = [
  ["hermes -p coder gateway status", "What one gateway does, and its last ends"],
  ["hermes gateway status --json", "The same of the current profile, for programs"],
];

/** `hermes gateway status`: one gateway and its last ends; exit 0 running, 3 not, 4 no such gateway. */
export function gatewayStatus(app: App): Command {
  return command({ json: JSON_FLAG }, EXAMPLES, async ({ json }) => {
    const { host, home, profile } = app;
    const gateway = await takeGatewaySnapshot(host, home.root, await app.manager(), profile);
    if (gateway.is === "not-registered" && !profileExists(host, home.root, profile)) {
      throw new AppError("no-such-gateway", `no such gateway '${profile}'`, {
        exitCode: ExitCode.noSuchGateway,
        profile,
        hint: "see `hermes status` for those there are",
      });
    }
    const onVolume = readExitHistory(host, profileDirectory(home.root, profile));
    const report = {
      ...gateway,
      failedBoots: readFailedBoots(host, home.root).get(profile) ?? 0,
      history: mergeExits(onVolume, readExitRecord(host, profile).exits),
    };
    const text = json
      ? `${JSON.stringify({ version: 1, ...report }, null, 2)}\n`
      : renderGateway(report);
    host.output.result(text);
    return gateway.is === "ready" || gateway.is === "starting"
      ? ExitCode.done
      : ExitCode.notRunning;
  });
}
