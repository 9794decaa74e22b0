import { dirname, join } from "node:path";
import type { Host } from "../../host/host.ts";

/** The executable that is told of events, for all gateways of an installation. */
export function eventHookPath(root: string): string {
  return join(root, "hooks", "gateway-event");
}

const WORLD_WRITABLE = 0o002;

/** The hook to run, or the reason why it is not run; null if there is no hook. */
export type HookJudgement =
  | { readonly kind: "run"; readonly path: string }
  | { readonly kind: "refused"; readonly reason: string | null };

const refused = (reason: string | null): HookJudgement => ({ kind: "refused", reason });

/**
 * Checks that hermes or root put the hook there. The hook is not run if it belongs to another user, if another user
 * could change it, as root, or if it cannot be read.
 */
export function judgeHook(host: Host, root: string): HookJudgement {
  try {
    return judge(host, root);
  } catch (error) {
    const code = host.files.errorCode(error);
    if (code === null) throw error;
    // A file named `hooks` is no hook.
    if (code === "ENOTDIR") return refused(null);
    const reason = host.files.describeSystemError(error);
    return refused(`${eventHookPath(root)} cannot be looked at: ${reason}`);
  }
}

function judge(host: Host, root: string): HookJudgement {
  const path = eventHookPath(root);
  const uid = host.users.currentUid();
  const isOurs = (owner: number) => owner === 0 || owner === uid;
  const itself = host.files.readStatus(path);
  if (itself === null) return refused(null);
  if (uid === 0) return refused("it is never run as root");
  const directory = host.files.readStatus(dirname(path));
  if (directory?.kind !== "directory") return refused(`${dirname(path)} is no directory`);
  if (!isOurs(directory.uid)) return refused(`${dirname(path)} belongs to uid ${directory.uid}`);
  // A volume of Kubernetes that no user may write to has this mode, too.
  if ((directory.mode & WORLD_WRITABLE) !== 0 && host.files.isWritable(dirname(path))) {
    return refused(`everybody may write to ${dirname(path)}`);
  }
  if (!isOurs(itself.uid)) return refused(`${path} belongs to uid ${itself.uid}`);
  const target = host.files.readTargetStatus(path);
  if (target?.kind !== "file") return refused(`${path} is no file`);
  if (!isOurs(target.uid)) return refused(`what ${path} leads to belongs to uid ${target.uid}`);
  if ((target.mode & WORLD_WRITABLE) !== 0) return refused(`everybody may write to ${path}`);
  if (!host.files.isExecutable(path)) return refused(`${path} is not executable`);
  return { kind: "run", path };
}

/** Returns true if there is a hook, or may be one: its directory may be closed to this user. */
export function isHookThere(host: Host, root: string): boolean {
  const judgement = judgeHook(host, root);
  return judgement.kind === "run" || judgement.reason !== null;
}
