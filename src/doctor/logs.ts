import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { eventLogPath } from "../gateway/record/event-log.ts";
import { bootLogPath, gatewayLogDirectory, gatewayLogsDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import type { GatewaySnapshot } from "../status/snapshot.ts";
import { orOk, problem, supervised, type Check, type Finding } from "./finding.ts";

/** Why a directory takes no logs; null where it does, and where it is not there: who writes makes it. */
function judgeDirectory(host: Host, path: string): string | null {
  try {
    if (host.files.readStatus(path) === null) return null;
  } catch (error) {
    return `cannot be looked at: ${host.files.describeSystemError(error)}`;
  }
  if (!host.files.isDirectory(path)) return "is not a directory";
  const isOpen = host.files.isWritable(path) && host.files.isExecutable(path);
  return isOpen ? null : "may not be written to";
}

/** Why a file is no log that can be read and written; null where it is, and where it is not there. */
function judgeFile(host: Host, path: string): string | null {
  const outcome = host.files.openFile(path);
  if (outcome.kind === "unreadable") return `cannot be read: ${outcome.reason}`;
  if (outcome.kind === "missing") return null;
  outcome.file.close();
  return host.files.isWritable(path) ? null : "may not be written to";
}

function judgeFolders(host: Host, root: string): readonly Finding[] {
  for (const path of [join(root, "logs"), gatewayLogsDirectory(root)]) {
    const reason = judgeDirectory(host, path);
    if (reason === null) continue;
    const finding = problem({
      message: `${path} ${reason}`,
      cause:
        "what gateways print is on the container's output only, and what happens is not written down",
      remedy:
        "make it a directory of hermes' own, with mode 755: the loggers return to it by themselves",
    });
    // Of what is in it the same could be said.
    return [finding];
  }
  return [];
}

/** The logs of the whole installation, and what is in each. */
const COMMON = [
  { pathOf: eventLogPath, content: "what happens to gateways (`hermes gateway events`)" },
  { pathOf: bootLogPath, content: "what a boot does (`hermes gateway logs --boot`)" },
] as const;

function judgeCommon(host: Host, root: string): readonly Finding[] {
  return COMMON.flatMap(({ pathOf, content }) => {
    const path = pathOf(root);
    const reason = judgeFile(host, path);
    if (reason === null) return [];
    const cause = `${content} is not written down, or cannot be read`;
    const remedy = "move it away: a new one is made; or give it to hermes, with mode 644";
    return [problem({ message: `${path} ${reason}`, cause, remedy })];
  });
}

/** Why s6-log cannot take the lock of a log directory. */
function judgeLock(host: Host, directory: string): string | null {
  const lock = join(directory, "lock");
  const status = host.files.readTargetStatus(lock);
  if (status === null || (status.kind === "file" && host.files.isWritable(lock))) return null;
  return "has a file 'lock' that may not be written to";
}

/** What a gateway's logger says of itself. */
function judgeLogger({ profile, logError }: GatewaySnapshot) {
  if (logError === null) return [];
  const finding = problem({
    message: `the log of gateway '${profile}' is not complete: ${logError}`,
    cause: "lines may be in one place only, or lost",
    remedy: "mend what is named here: the logger returns by itself, and says so",
  });
  return [{ profile, finding }];
}

/** Whether what gateways print, what happens to them and what boots do can be written down. */
export const LOGS: Check = {
  id: "logs",
  title: "Logs",
  applies: supervised,
  look: async ({ host, root, snapshot }) => {
    const folders = judgeFolders(host, root);
    if (folders.length > 0) return folders;
    const troubled = snapshot.gateways.flatMap(judgeLogger);
    const known = new Set(troubled.map(({ profile }) => profile));
    const findings = listProfiles(host, root).flatMap((name) => {
      if (known.has(name)) return [];
      const directory = gatewayLogDirectory(root, name);
      const current = host.files.openFile(join(directory, "current"));
      if (current.kind === "file") current.file.close();
      const unreadable =
        current.kind === "unreadable"
          ? `has a file 'current' that cannot be read: ${current.reason}`
          : null;
      const reason = judgeDirectory(host, directory) ?? unreadable ?? judgeLock(host, directory);
      if (reason === null) return [];
      return [
        problem({
          message: `the log of gateway '${name}', ${directory}, ${reason}`,
          cause: "what it prints is on the container's output only",
          remedy: "mend that directory: the logger returns to it by itself",
        }),
      ];
    });
    const all = [
      ...judgeCommon(host, root),
      ...troubled.map(({ finding }) => finding),
      ...findings,
    ];
    return orOk(all, "every log can be written");
  },
};
