import { renderJson } from "../../core/json.ts";
import { join } from "node:path";
import { toPrintable } from "../../core/printable.ts";
import type { ProfileName } from "../../profiles/name.ts";
import {
  configPath,
  environmentFilePath,
  gatewayLogDirectory,
  markerPath,
  profileDirectory,
} from "../../profiles/paths.ts";
import { requireProfileName } from "../../profiles/store.ts";
import { takeGatewaySnapshot } from "../../status/snapshot.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import {
  currentOf,
  readConfigQuietly,
  toProfileFacts,
  type ProfileFacts,
} from "../profile-facts.ts";
import { renderProfile } from "../render-profile.ts";
import { requireProfile } from "../require-profile.ts";
import { createView } from "../view.ts";

const ARGS = {
  name: {
    type: "positional",
    valueHint: "PROFILE",
    description: "The profile's name; the current one without it",
    required: false,
  },
  json: { type: "boolean", description: "Print JSON (docs/profile-json.md)" },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes profile show", "Everything about the current profile"],
  ["hermes profile show coder --json", "About 'coder', for programs"],
];

/** Contents of a profile's directory besides settings, in the order of the listing. */
const CONTENTS = ["memories", "sessions", "skills", "cron", "workspace"];

const LONGEST_SOUL = 200;

/** Everything about one profile. No value of a secret is in it. */
export interface ProfileReport extends ProfileFacts {
  /** The first line of `SOUL.md` that has text; null if there is none. */
  readonly soul: string | null;
  readonly model: { readonly name: string; readonly baseUrl: string } | null;
  /** The address that the gateway listens on; null if it has only its Unix socket. */
  readonly listenAddress: string | null;
  /** The settings that there are. */
  readonly files: readonly string[];
  /** The number of entries of each directory. */
  readonly contents: Readonly<Record<string, number>>;
  readonly log: string;
}

function readSoul({ host }: App, directory: string): string | null {
  const outcome = host.files.readTextFile(markerPath(directory), 262_144);
  const lines = outcome.kind === "text" ? outcome.text.split("\n") : [];
  const said = lines.find((line) => line.trim() !== "" && !line.startsWith("#")) ?? lines[0] ?? "";
  const text = toPrintable(said, LONGEST_SOUL);
  return text === "" ? null : text;
}

function countEntries({ host }: App, path: string): number {
  const outcome = host.files.listDirectory(path);
  return outcome.kind === "names"
    ? outcome.names.length + host.files.listUndecodable(path).length
    : 0;
}

async function readReport(app: App, name: ProfileName): Promise<ProfileReport> {
  const { host, home } = app;
  const directory = profileDirectory(home.root, name);
  const gateway = await takeGatewaySnapshot(host, home.root, await app.manager(), name);
  const outcome = await readConfigQuietly(app, name);
  const facts = toProfileFacts(app, gateway, currentOf(app), outcome);
  const config = outcome.kind === "config" ? outcome.config : null;
  const counts = CONTENTS.map(
    (entry) => [entry, countEntries(app, join(directory, entry))] as const,
  );
  const model = config?.model ?? null;
  const files = [markerPath, configPath, environmentFilePath].map((pathOf) => pathOf(directory));
  return {
    ...facts,
    soul: readSoul(app, directory),
    model: model === null ? null : { name: model.name, baseUrl: model.baseUrl },
    listenAddress:
      config === null || facts.port === null ? null : `${config.gateway.host}:${facts.port}`,
    files: files.filter((path) => host.files.exists(path)),
    contents: Object.fromEntries(counts),
    log: join(gatewayLogDirectory(home.root, name), "current"),
  };
}

/** `hermes profile show [NAME]`: everything about one profile. */
export function profileShow(app: App): Command {
  return command(ARGS, EXAMPLES, async (args) => {
    const { host } = app;
    const name = args.name === undefined ? app.profile : requireProfileName(args.name);
    requireProfile(app, name, "show");
    const report = await readReport(app, name);
    const text =
      args.json === true
        ? renderJson({ version: 2, ...report })
        : renderProfile(report, await createView(host));
    host.output.result(text);
  });
}
