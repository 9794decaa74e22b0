import { basename } from "node:path";
import { describeHistoryTrouble } from "../gateway/record/exit-history.ts";
import { describeRecordTrouble } from "../gateway/record/exit-record.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { pidFilePath, profileDirectory, stateFilePath } from "../profiles/paths.ts";
import { describePidTrouble } from "../gateway/record/pid-file.ts";
import { readState } from "../gateway/record/state-store.ts";
import { describeStateTrouble } from "../gateway/record/state-file.ts";
import { always, orOk, problem, warning, type Check, type Finding } from "./finding.ts";

const UNKNOWN_AT_BOOT =
  "what was asked of its gateway is not known, so that it stays down at the next boot";

/** A value that counts as none, and costs nothing else. */
function ignored(profile: ProfileName, trouble: string, path: string): Finding {
  return warning({
    message: `profile '${profile}': ${trouble}`,
    cause: "a wrong value counts as none; whoever wrote it meant something else",
    remedy: `correct it in ${path}, and the program that wrote it`,
  });
}

function judgeState(host: Host, root: string, profile: ProfileName): readonly Finding[] {
  const path = stateFilePath(profileDirectory(root, profile));
  const outcome = readState(host, profileDirectory(root, profile));
  if (outcome.kind === "missing") return [];
  const renew = `\`hermes -p ${profile} gateway start\` or \`stop\` writes a new gateway_state.json`;
  if (outcome.kind === "unreadable") {
    const isClosed = outcome.reason.startsWith("state file cannot be read");
    return [
      problem({
        message: `profile '${profile}': ${outcome.reason}`,
        cause: UNKNOWN_AT_BOOT,
        remedy: isClosed ? `let hermes read ${path}` : renew,
      }),
    ];
  }
  const trouble = describeStateTrouble(outcome.state);
  if (trouble === null) return [];
  if (!outcome.state.invalid.includes("desired_state")) return [ignored(profile, trouble, path)];
  const message = `profile '${profile}': ${trouble}`;
  return [problem({ message, cause: "what was asked of its gateway is not known", remedy: renew })];
}

function judgePid(host: Host, root: string, profile: ProfileName): readonly Finding[] {
  const path = pidFilePath(profileDirectory(root, profile));
  const outcome = host.files.readTextFile(path, 65_536);
  const trouble = outcome.kind === "text" ? describePidTrouble(outcome.text) : null;
  return trouble === null ? [] : [ignored(profile, `gateway.pid ${trouble}`, path)];
}

function judgeExits(host: Host, root: string, profile: ProfileName): readonly Finding[] {
  const history = describeHistoryTrouble(host, profileDirectory(root, profile));
  const record = describeRecordTrouble(host, profile);
  return [history, record].flatMap((trouble) =>
    trouble === null
      ? []
      : [ignored(profile, `${basename(trouble.path)} ${trouble.reason}`, trouble.path)],
  );
}

/** Whether what gateways and commands write down for the next boot can be read, and every value of it. */
export const STATE_FILES: Check = {
  id: "state-files",
  title: "State files",
  applies: always,
  look: async ({ host, root, snapshot }) =>
    orOk(
      snapshot.gateways.flatMap(({ profile }) => [
        ...judgeState(host, root, profile),
        ...judgePid(host, root, profile),
        ...judgeExits(host, root, profile),
      ]),
      "every gateway_state.json can be read",
    ),
};
