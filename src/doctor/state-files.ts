import { basename } from "node:path";
import { describeHistoryError } from "../gateway/record/exit-history.ts";
import { describeRecordError } from "../gateway/record/exit-record.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { pidFilePath, profileDirectory, stateFilePath } from "../profiles/paths.ts";
import { describePidFileError } from "../gateway/record/pid-file.ts";
import { readState } from "../gateway/record/state-store.ts";
import { describeInvalidState } from "../gateway/record/state-file.ts";
import { always, orOk, problem, warning, type Check, type Finding } from "./finding.ts";

const describeUnknown = (profile: ProfileName) =>
  `the desired state of gateway '${profile}' is not known: it stays down at the next boot`;

/** Reports a value that is ignored without further harm. */
function reportIgnored(profile: ProfileName, error: string, path: string): Finding {
  return warning({
    message: `profile '${profile}': values in ${basename(path)} are ignored`,
    cause: error,
    remedy: `correct it in ${path}, and the program that wrote it`,
  });
}

function judgeState(host: Host, root: string, profile: ProfileName): Finding | null {
  const path = stateFilePath(profileDirectory(root, profile));
  const outcome = readState(host, profileDirectory(root, profile));
  if (outcome.kind === "missing") return null;
  const renew = `\`hermes -p ${profile} gateway start\` or \`stop\` writes a new gateway_state.json`;
  if (outcome.kind === "unreadable") {
    const isClosed = outcome.reason.startsWith("state file cannot be read");
    return problem({
      message: describeUnknown(profile),
      cause: outcome.reason,
      remedy: isClosed ? `let hermes read ${path}` : renew,
    });
  }
  const error = describeInvalidState(outcome.state);
  if (error === null) return null;
  if (!outcome.state.invalid.includes("desired_state")) return reportIgnored(profile, error, path);
  return problem({ message: describeUnknown(profile), cause: error, remedy: renew });
}

function judgePid(host: Host, root: string, profile: ProfileName): Finding | null {
  const path = pidFilePath(profileDirectory(root, profile));
  const outcome = host.files.readTextFile(path, 65_536);
  const error = outcome.kind === "text" ? describePidFileError(outcome.text) : null;
  return error === null ? null : reportIgnored(profile, `gateway.pid: ${error}`, path);
}

function judgeExits(host: Host, root: string, profile: ProfileName): readonly Finding[] {
  const history = describeHistoryError(host, profileDirectory(root, profile));
  const record = describeRecordError(host, profile);
  return [history, record]
    .filter((error) => error !== null)
    .map(({ path, reason }) => reportIgnored(profile, `${basename(path)}: ${reason}`, path));
}

/** Reads the files that gateways and commands write for the next boot, and each of their values. */
export const STATE_FILES: Check = {
  id: "state-files",
  title: "State files",
  applies: always,
  run: async ({ host, root, snapshot }) =>
    orOk(
      snapshot.gateways.flatMap(({ profile }) => [
        judgeState(host, root, profile),
        judgePid(host, root, profile),
        ...judgeExits(host, root, profile),
      ]),
      "every gateway_state.json can be read",
    ),
};
