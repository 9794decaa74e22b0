import { renderJson } from "../../core/json.ts";
import { CHILDREN_AT_A_TIME, mapLimited } from "../../core/concurrency.ts";
import { ExitCode } from "../../core/errors.ts";
import { listProfiles } from "../../profiles/store.ts";
import { roleOf } from "../../status/render.ts";
import { takeSnapshot } from "../../status/snapshot.ts";
import type { View } from "../../terminal/style.ts";
import { layOut, shortenColumns, type Cell } from "../../terminal/table.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { createMessages } from "../messages.ts";
import {
  currentOf,
  readConfigQuietly,
  toProfileFacts,
  type ProfileFacts,
} from "../profile-facts.ts";
import { usageError } from "../usage-error.ts";
import { createView } from "../view.ts";

const ARGS = {
  names: { type: "boolean", description: "Print the names alone, a line each" },
  json: { type: "boolean", description: "Print JSON (docs/profile-json.md)" },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes profile list", "Every profile; `*` marks the current one"],
  ["hermes profile list --names", "The names alone, for scripts"],
  ["hermes profile list --json", "Everything, for programs"],
];

const HEAD = ["", "PROFILE", "GATEWAY", "PORT", "ALIAS", ""].map((text): Cell => ({
  text,
  role: "dim",
}));

function cellsOf(profile: ProfileFacts): readonly Cell[] {
  const { name, current, gateway, alias, port, configError } = profile;
  const role = gateway.drift === null ? roleOf(gateway.state) : "bad";
  return [
    { text: current ? "*" : " ", role: "good" },
    { text: name, ...(current ? { role: "strong" as const } : {}) },
    { text: gateway.state, role },
    { text: port === null ? "-" : String(port) },
    { text: alias ?? "-" },
    { text: configError === null ? "" : "! config.yaml", role: "bad" },
  ];
}

/** The columns of the name, and of the same name as a command. */
const NAME_COLUMNS = [1, 4];

function render(profiles: readonly ProfileFacts[], { width, paint }: View): string {
  const rows = [HEAD, ...profiles.map(cellsOf)];
  return layOut(width === null ? rows : shortenColumns(rows, NAME_COLUMNS, width), paint)
    .map((line) => `${line}\n`)
    .join("");
}

/** `hermes profile list`: a profile a line, `default` first. */
export function profileList(app: App): Command {
  return command(ARGS, EXAMPLES, async ({ names, json }) => {
    const { host, home } = app;
    if (names && json) {
      throw usageError("--names and --json exclude each other");
    }
    const existing = listProfiles(host, home.root);
    if (names) {
      host.output.result(existing.map((name) => `${name}\n`).join(""));
      return ExitCode.done;
    }
    const current = currentOf(app);
    if (current !== null && !existing.includes(current)) {
      createMessages(host).warn(`the profile in use, '${current}', does not exist`);
    }
    const { gateways } = await takeSnapshot(host, home.root, await app.manager());
    const wanted = gateways.filter(({ profile }) => existing.includes(profile));
    const profiles = await mapLimited(wanted, CHILDREN_AT_A_TIME, async (gateway) =>
      toProfileFacts(app, gateway, current, await readConfigQuietly(app, gateway.profile)),
    );
    const text = json
      ? renderJson({ version: 3, current, profiles })
      : render(profiles, await createView(host));
    host.output.result(text);
    return ExitCode.done;
  });
}
