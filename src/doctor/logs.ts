import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { eventLogPath } from "../gateway/record/event-log.ts";
import { bootLogPath, gatewayLogDirectory, gatewayLogsDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import type { GatewaySnapshot } from "../status/snapshot.ts";
import { orOk, problem, supervised, type Check, type Finding } from "./finding.ts";

/** Returns the reason why no log can be written in a directory; null if one can, or if it will be created. */
function judgeDirectory(host: Host, path: string): string | null {
  try {
    if (host.files.readStatus(path) === null) return null;
  } catch (error) {
    return `cannot be read: ${host.files.describeSystemError(error)}`;
  }
  if (!host.files.isDirectory(path)) return "is not a directory";
  const isOpen = host.files.isWritable(path) && host.files.isExecutable(path);
  return isOpen ? null : "may not be written to";
}

/** Returns the reason why a log cannot be read and written; null if it can, or if it will be created. */
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
      message: "no log is written on the volume: gateways log to the container's output only",
      cause: `${path} ${reason}`,
      remedy: "make it a directory that hermes owns, with mode 755; the loggers then use it again",
    });
    // The logs in it would have the same fault.
    return [finding];
  }
  return [];
}

/** The logs of the whole installation, and the content of each. */
const COMMON = [
  { pathOf: eventLogPath, content: "the events of gateways" },
  { pathOf: bootLogPath, content: "the steps of boots" },
] as const;

function judgeCommon(host: Host, root: string): readonly Finding[] {
  return COMMON.flatMap(({ pathOf, content }) => {
    const path = pathOf(root);
    const reason = judgeFile(host, path);
    if (reason === null) return [];
    const message = `${content} cannot be recorded and shown`;
    const remedy = "give it to hermes with mode 644, or move it away: a new one is created";
    return [problem({ message, cause: `${path} ${reason}`, remedy })];
  });
}

/** Returns the reason why s6-log cannot lock a log directory; null if it can. */
function judgeLock(host: Host, directory: string): string | null {
  const lock = join(directory, "lock");
  const status = host.files.readTargetStatus(lock);
  if (status === null || (status.kind === "file" && host.files.isWritable(lock))) return null;
  return "has a file 'lock' that may not be written to";
}

/** Reports the error of a gateway's logger. */
function judgeLogger({ profile, logError }: GatewaySnapshot) {
  if (logError === null) return [];
  const finding = problem({
    message: `the log of gateway '${profile}' is not complete`,
    cause: logError,
    remedy: "remove the cause; the logger then continues by itself",
  });
  return [{ profile, finding }];
}

/** Checks that the logs of gateways, events and boots can be written and read. */
export const LOGS: Check = {
  id: "logs",
  title: "Logs",
  applies: supervised,
  run: async ({ host, root, snapshot }) => {
    const folders = judgeFolders(host, root);
    if (folders.length > 0) return folders;
    const reported = snapshot.gateways.flatMap(judgeLogger);
    const known = new Set(reported.map(({ profile }) => profile));
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
          message: `gateway '${name}' logs to the container's output only`,
          cause: `${directory} ${reason}`,
          remedy: "repair that directory; the logger then uses it again",
        }),
      ];
    });
    const all = [
      ...judgeCommon(host, root),
      ...reported.map(({ finding }) => finding),
      ...findings,
    ];
    return orOk(all, "every log can be written");
  },
};
