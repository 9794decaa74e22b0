import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { eventLogPath } from "../gateway/record/event-log.ts";
import type { ProfileName } from "../profiles/name.ts";
import { bootLogPath, gatewayLogDirectory, gatewayLogsDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
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

/** Judges the directories of all logs: a fault of theirs is one of each log in them. */
function judgeFolders(host: Host, root: string): Finding | null {
  for (const path of [join(root, "logs"), gatewayLogsDirectory(root)]) {
    const reason = judgeDirectory(host, path);
    if (reason === null) continue;
    return problem({
      message: "no log is written on the volume: gateways log to the container's output only",
      cause: `${path} ${reason}`,
      remedy: "make it a directory that hermes owns, with mode 755; the loggers then use it again",
    });
  }
  return null;
}

/** Judges a log of the whole installation, whose content is `content`. */
function judgeCommon(host: Host, path: string, content: string): Finding | null {
  const reason = judgeFile(host, path);
  if (reason === null) return null;
  return problem({
    message: `${content} cannot be recorded and shown`,
    cause: `${path} ${reason}`,
    remedy: "give it to hermes with mode 644, or move it away: a new one is created",
  });
}

/** Returns the reason why s6-log cannot lock a log directory; null if it can. */
function judgeLock(host: Host, directory: string): string | null {
  const lock = join(directory, "lock");
  const status = host.files.readTargetStatus(lock);
  if (status === null || (status.kind === "file" && host.files.isWritable(lock))) return null;
  return "has a file 'lock' that may not be written to";
}

/** Judges the log of a gateway. */
function judgeGatewayLog(host: Host, root: string, name: ProfileName): Finding | null {
  const directory = gatewayLogDirectory(root, name);
  const current = host.files.openFile(join(directory, "current"));
  if (current.kind === "file") current.file.close();
  const unreadable =
    current.kind === "unreadable"
      ? `has a file 'current' that cannot be read: ${current.reason}`
      : null;
  const reason = judgeDirectory(host, directory) ?? unreadable ?? judgeLock(host, directory);
  if (reason === null) return null;
  return problem({
    message: `gateway '${name}' logs to the container's output only`,
    cause: `${directory} ${reason}`,
    remedy: "repair that directory; the logger then uses it again",
  });
}

/** Checks that the logs of gateways, events and boots can be written and read. */
export const LOGS: Check = {
  id: "logs",
  title: "Logs",
  applies: supervised,
  run: async ({ host, root, snapshot }) => {
    const folders = judgeFolders(host, root);
    if (folders !== null) return folders;
    const errors = new Map(snapshot.gateways.map(({ profile, logError }) => [profile, logError]));
    const reported = [...errors].map(([profile, cause]) =>
      cause === null
        ? null
        : problem({
            message: `the log of gateway '${profile}' is not complete`,
            cause,
            remedy: "remove the cause; the logger then continues by itself",
          }),
    );
    const unreported = listProfiles(host, root).filter(
      (name) => (errors.get(name) ?? null) === null,
    );
    const findings = [
      judgeCommon(host, eventLogPath(root), "the events of gateways"),
      judgeCommon(host, bootLogPath(root), "the steps of boots"),
      ...reported,
      ...unreported.map((name) => judgeGatewayLog(host, root, name)),
    ];
    return orOk(findings, "every log can be written");
  },
};
