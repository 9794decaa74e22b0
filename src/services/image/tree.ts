import { attempt, warn } from "../../core/attempt.ts";
import type { AppError } from "../../core/errors.ts";
import { waitUntil } from "../../core/wait-until.ts";
import type { Host } from "../../host/host.ts";
import { makeAlias } from "../../profiles/alias.ts";
import type { ProfileName } from "../../profiles/name.ts";
import {
  loggerDirectory,
  scanControl,
  scanDirectory,
  serviceName,
  slotPath,
} from "../s6/layout.ts";
import { endAll } from "../s6/leaving.ts";
import { answers, isSupervised, publishSlots, type Publication } from "../s6/publish.ts";
import {
  countServices,
  freeGatewayPlaces,
  listSlots,
  rescan,
  SCAN_LIMIT,
  SERVICES_PER_GATEWAY,
  withScanLock,
} from "../s6/scan.ts";

// The operations of boot and shutdown on all gateways at once, in the image's supervision tree (s6).

/** Returns false if no s6-svscan scans the directory; one that this user may not command counts. */
export function hasTree(host: Host): boolean {
  return host.files.probeFifo(scanControl(host)) !== "absent";
}

/** Returns the variables that a child needs to find the same tree. */
export function treeVariables(host: Host): Readonly<Record<string, string>> {
  return { S6_PROFILE_GATEWAY_SCANDIR: scanDirectory(host) };
}

/** Returns how many services s6-svscan watches, how many it takes, and how many gateways still fit. */
export function readCapacity(host: Host) {
  const services = countServices(host);
  return { services, limit: SCAN_LIMIT, places: freeGatewayPlaces(services) };
}

/** Returns how many gateways fit beside the other services. */
export function countGatewayPlaces(host: Host): number {
  return freeGatewayPlaces(countServices(host) - SERVICES_PER_GATEWAY * listSlots(host).length);
}

/** Returns true if a supervisor runs for the gateway. */
export function isGatewaySupervised(host: Host, name: ProfileName): boolean {
  return isSupervised(host, slotPath(host, name));
}

/**
 * Runs `work` under the lock that every change of the scan directory takes, and has s6-svscan supervise what it has
 * published.
 */
export async function changeTree<T>(host: Host, work: () => Promise<T>): Promise<T> {
  return withScanLock(host, async () => {
    const result = await work();
    // Last: gateways that start leave nothing else a processor for a while.
    await rescan(host);
    return result;
  });
}

/** A gateway without its link is still a gateway. */
function makeAliasOrWarn(host: Host, name: ProfileName): void {
  const make = () => makeAlias(host, name);
  warn(host, attempt(`make the link named after profile '${name}'`, make));
}

/**
 * Publishes many gateways, with their aliases; for `changeTree()`. Returns the failures; the others are
 * published. For the holder of the tree's lock.
 */
export async function publishGateways(
  host: Host,
  publications: readonly Publication[],
): Promise<ReadonlyMap<ProfileName, AppError>> {
  const failures = await publishSlots(host, publications);
  for (const { name } of publications) if (!failures.has(name)) makeAliasOrWarn(host, name);
  return failures;
}

/** Milliseconds that s6 may take until it supervises every slot: each one costs it two processes. */
const SUPERVISION_LIMIT_MS = 30_000;

/** Waits until gateways and their loggers can be commanded and asked, or warns after 30 s. */
export async function waitForSupervision(host: Host, names: readonly ProfileName[]): Promise<void> {
  const left = new Set(
    names.flatMap((name) => [slotPath(host, name), loggerDirectory(host, name)]),
  );
  const isDone = () => {
    for (const service of left) if (answers(host, service)) left.delete(service);
    return left.size === 0;
  };
  if (await waitUntil(host, isDone, SUPERVISION_LIMIT_MS, 5)) return;
  host.output.note(
    `warning: s6 does not supervise ${left.size} services after ${SUPERVISION_LIMIT_MS / 1000} s`,
  );
}

/** Gateways that are named when they have to be killed. */
const SHOWN = 10;

/** Takes every supervised gateway out of s6, which brings it down; kills those still up after `budgetMs` ms. */
export async function bringAllDown(host: Host, budgetMs: number): Promise<void> {
  const names = listSlots(host).filter((name) => isGatewaySupervised(host, name));
  if (names.length === 0) return;
  await endAll(host, names, budgetMs, (left) => {
    const shown = left.slice(0, SHOWN).map(serviceName).join(", ");
    const rest = left.length > SHOWN ? ` and ${left.length - SHOWN} more` : "";
    host.output.note(`warning: not down after ${budgetMs / 1000} s, killed: ${shown}${rest}`);
  });
}
