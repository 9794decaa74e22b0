import * as v from "valibot";
import type { Container } from "../harness/container.ts";
import { waitFor } from "../harness/wait-for.ts";

const gatewaySchema = v.strictObject({
  profile: v.string(),
  desired: v.nullable(v.picklist(["running", "stopped"])),
  stateFileError: v.nullable(v.string()),
  logError: v.nullable(v.string()),
  logger: v.nullable(v.picklist(["up", "down"])),
  state: v.string(),
  detail: v.nullable(v.string()),
  drift: v.nullable(v.string()),
  pid: v.nullable(v.number()),
  since: v.nullable(v.pipe(v.string(), v.isoTimestamp())),
  secondsInState: v.nullable(v.number()),
  isOverdue: v.boolean(),
  restarts: v.number(),
  recentCrashes: v.number(),
  reportedState: v.nullable(v.string()),
  lastExit: v.nullable(v.looseObject({ meaning: v.string() })),
});
const statusSchema = v.looseObject({ version: v.literal(2), gateways: v.array(gatewaySchema) });

export type GatewayStatus = v.InferOutput<typeof gatewaySchema>;

/** Reads what `hermes status --json` printed; throws where a field is missing, or is not in the document. */
export function parseGateways(text: string): readonly GatewayStatus[] {
  return v.parse(statusSchema, JSON.parse(text)).gateways;
}

/** What `hermes status --json` says of every gateway, in its order. */
export async function readGateways(
  container: Container,
  user = "hermes",
): Promise<readonly GatewayStatus[]> {
  return parseGateways(await container.execOk(user, ["hermes", "status", "--json"]));
}

/** What `hermes status --json` says of one gateway. */
export async function readGateway(container: Container, profile: string): Promise<GatewayStatus> {
  const gateways = await readGateways(container);
  const found = gateways.find((gateway) => gateway.profile === profile);
  if (found === undefined) throw new Error(`hermes status does not know '${profile}'`);
  return found;
}

/** One word a gateway: `{ default: "down", coder: "ready" }`. */
export async function readConditions(container: Container): Promise<Record<string, string>> {
  const gateways = await readGateways(container);
  return Object.fromEntries(gateways.map(({ profile, state }) => [profile, state]));
}

/** Waits until these gateways are ready. */
export async function waitUntilReady(
  container: Container,
  profiles: readonly string[],
): Promise<void> {
  await waitFor(
    async () => {
      const conditions = await readConditions(container);
      return profiles.every((profile) => conditions[profile] === "ready");
    },
    { what: `gateways ${profiles.join(", ")} to be ready` },
  );
}

/** What s6 says of a gateway's service to root, for example `serviceFields(container, "coder", "up,ready")`. */
export async function serviceFields(
  container: Container,
  profile: string,
  fields: string,
): Promise<string> {
  const service = `/run/service/gateway-${profile}`;
  return (await container.execOk("root", ["s6-svstat", "-o", fields, service])).trim();
}
