import { join } from "node:path";
import { CHILDREN_AT_A_TIME, mapLimited } from "../../core/concurrency.ts";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { GatewayStatus, ServiceReading, ServiceStatus } from "../manager.ts";
import { isSupervised } from "./publish.ts";
import { readServiceStatus } from "./status.ts";
import { MAX_STATUS_BYTES, parseStatusFile } from "./status-file.ts";

/** With fewer services s6-svstat is asked for each: a process or two cost nothing. */
const WORTH_READING = 8;
/** Seconds by which two answers about the same moment may differ. */
const TOLERANCE_SECONDS = 2;

/** An answer of s6-svstat, which knows how a service ended, too. */
type OneReading =
  | Exclude<ServiceReading, { readonly kind: "supervised" }>
  | { readonly kind: "supervised"; readonly status: GatewayStatus };

/** Asks s6-svstat about one service. */
export async function readOneService(
  host: Host,
  scanDir: string,
  service: string,
): Promise<OneReading> {
  const path = join(scanDir, service);
  try {
    if (host.files.readStatus(path) === null) return { kind: "not-registered" };
    const status = await readServiceStatus(host, path, service);
    return status === null ? { kind: "not-registered" } : { kind: "supervised", status };
  } catch (error) {
    if (!(error instanceof AppError) && host.files.errorCode(error) === null) throw error;
    return { kind: "unknown", reason: host.files.describeSystemError(error) };
  }
}

/** The file of a service that is supervised; null where only s6-svstat can say more. */
function readFile(host: Host, scanDir: string, service: string): ServiceStatus | null {
  const path = join(scanDir, service);
  if (!isSupervised(host, path)) return null;
  const bytes = host.files.readBytes(join(path, "supervise", "status"), MAX_STATUS_BYTES);
  return bytes === null ? null : parseStatusFile(bytes, host.clock.now());
}

function agree(file: ServiceStatus, svstat: ServiceStatus): boolean {
  return (
    file.up === svstat.up &&
    file.wantedUp === svstat.wantedUp &&
    file.ready === svstat.ready &&
    file.pid === svstat.pid &&
    Math.abs(file.secondsInState - svstat.secondsInState) <= TOLERANCE_SECONDS
  );
}

/** The service that tells most about the layout of the files: one that is up has a pid. */
function chooseWitness(files: readonly (ServiceStatus | null)[]): number {
  const up = files.findIndex((file) => file?.up === true);
  return up >= 0 ? up : files.findIndex((file) => file !== null);
}

/**
 * Asks about many services: one process for each would take half a second for 300. So it reads what s6-supervise
 * writes, the way s6-svstat does, after s6-svstat itself has said the same of one of them. Where they
 * differ, or a file is of no kind we know, s6-svstat is asked.
 */
export async function readManyServices(
  host: Host,
  scanDir: string,
  services: readonly string[],
): Promise<readonly ServiceReading[]> {
  const ask = (service: string) => readOneService(host, scanDir, service);
  if (services.length < WORTH_READING) return mapLimited(services, CHILDREN_AT_A_TIME, ask);
  const files = services.map((service) => readFile(host, scanDir, service));
  const witness = chooseWitness(files);
  const [service, file] = [services[witness], files[witness]];
  const said = service === undefined ? null : await ask(service);
  const trusted =
    said?.kind === "supervised" && file !== null && file !== undefined && agree(file, said.status);
  return mapLimited([...services.entries()], CHILDREN_AT_A_TIME, async ([index, name]) => {
    const status = trusted ? (files[index] ?? null) : null;
    return status === null ? ask(name) : { kind: "supervised", status };
  });
}
