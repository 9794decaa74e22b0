import { join } from "node:path";
import { attempt } from "../core/attempt.ts";
import { AppError, messageOf } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { BOOT_DIRECTORY } from "../core/boot-directory.ts";
import { recordBooted } from "../services/boot-phase.ts";
import { publishNonShellVariables } from "./non-shell-variables.ts";
import { reconcile, type ReconcileReport } from "./reconcile.ts";
import { seedVolume } from "./seed.ts";
import { prepareOwnership, prepareRun, prepareServices } from "./setup.ts";
import { disableService, shareStaticServices } from "../services/image/static-services.ts";
import { runAsHermes } from "./unprivileged-phase.ts";
import { isDashboardService } from "./container-command.ts";

/** The parts of the boot, one for each of the image's scripts in cont-init.d. */
export const BOOT_PARTS = ["setup", "services", "reconcile", "finish"] as const;
export type BootPart = (typeof BOOT_PARTS)[number];

/** The boot of one container. */
export interface Boot {
  readonly host: Host;
  /** The volume. */
  readonly root: string;
  /** Says what reconciling has come to. */
  readonly report: (report: ReconcileReport) => void;
}

/** A stage of the boot, which is done once in each life of the container. */
export interface Stage {
  readonly name: string;
  readonly part: BootPart;
  /** True if a child that gives up root first runs it; in a rootless container the one user runs everything. */
  readonly asHermes?: true;
  readonly run: (boot: Boot) => void | Promise<void>;
}

/** The whole boot, in order. Each stage reports its own failures; a stage that throws does not stop the next. */
const STAGES: readonly Stage[] = [
  { name: "environment", part: "setup", run: ({ host }) => publishNonShellVariables(host) },
  { name: "user", part: "setup", run: ({ host }) => prepareRun(host) },
  { name: "ownership", part: "setup", run: ({ host, root }) => prepareOwnership(host, root) },
  { name: "seed", part: "setup", asHermes: true, run: ({ host, root }) => seedVolume(host, root) },
  { name: "permissions", part: "services", run: ({ host }) => shareStaticServices(host) },
  { name: "command", part: "services", run: ({ host }) => prepareServices(host) },
  {
    name: "reconcile",
    part: "reconcile",
    run: async ({ host, root, report }) => report(await reconcile(host, root, false)),
  },
  {
    name: "dashboard",
    part: "finish",
    run: ({ host }) => {
      if (!isDashboardService(host)) disableService(host, "dashboard");
    },
  },
  { name: "booted", part: "finish", run: ({ host }) => recordBooted(host) },
];

/** The path of a file that exists once the stage is done; its directory is emptied before each boot. */
function doneMark(stage: Stage): string {
  return join(BOOT_DIRECTORY, `done-${stage.name}`);
}

const CHILD_LIMIT_MS = 120_000;

/** Says why a stage failed, and what helps if that is known. */
function noteFailure(host: Host, stage: Stage, error: unknown): void {
  if (!(error instanceof AppError)) {
    host.output.note(`✗ Cannot finish the boot's stage '${stage.name}': ${messageOf(error)}`);
    return;
  }
  host.output.note(`✗ ${error.message}`);
  if (error.hint !== undefined) host.output.note(`  Hint: ${error.hint}`);
}

async function runStage(boot: Boot, stage: Stage): Promise<boolean> {
  const { host } = boot;
  try {
    const isChild = stage.asHermes === true && host.users.currentUid() === 0;
    if (isChild) await runAsHermes(host, boot.root, stage.name, { timeoutMs: CHILD_LIMIT_MS });
    else await stage.run(boot);
  } catch (error) {
    noteFailure(host, stage, error);
    return false;
  }
  // Without its mark the stage is only done again if its script is run again; another stage reports the directory.
  attempt("mark it as done", () => host.files.createFile(doneMark(stage), "", 0o644));
  return true;
}

/** Runs the stages of one part that are not done yet, in order. Returns whether each of them came to its end. */
export async function runBootPart(boot: Boot, part: BootPart): Promise<boolean> {
  let isWhole = true;
  for (const stage of STAGES) {
    if (stage.part !== part || boot.host.files.exists(doneMark(stage))) continue;
    isWhole = (await runStage(boot, stage)) && isWhole;
  }
  return isWhole;
}
