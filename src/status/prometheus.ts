import { GATEWAY_STATES } from "./gateway-state.ts";
import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";

type Labels = Readonly<Record<string, string>>;

/** One number with its labels. */
interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One metric: documented in docs/metrics.md. */
interface Family {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** A label's value in quotes: backslash, quote and newline escaped (text exposition format 0.0.4). */
function quoteLabel(value: string): string {
  const escaped = value
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll("\n", String.raw`\n`);
  return `"${escaped}"`;
}

function renderSample(name: string, { labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${quoteLabel(text)}`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

function renderFamily({ name, type, help, samples }: Family): string {
  const lines = samples.map((sample) => renderSample(name, sample));
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}

const bit = (on: boolean) => (on ? 1 : 0);

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `hermes_gateway_${name}`, type: "gauge", help, samples };
}

function gatewayFamilies(gateways: readonly GatewaySnapshot[]): readonly Family[] {
  const each = (value: (gateway: GatewaySnapshot) => number | null): readonly Sample[] =>
    gateways.flatMap((gateway) => {
      const number = value(gateway);
      return number === null ? [] : [{ labels: { profile: gateway.profile }, value: number }];
    });
  return [
    gauge(
      "up",
      "1 where the gateway is ready, or runs in the foreground.",
      each(({ state }) => bit(state === "ready" || state === "foreground")),
    ),
    gauge(
      "desired",
      "What the operator last asked for: 1 running, 0 stopped; absent where nobody said.",
      each(({ desired }) => (desired === null ? null : bit(desired === "running"))),
    ),
    gauge(
      "drift",
      "1 where what is differs from what is wanted, and will stay so.",
      each(({ drift }) => bit(drift !== null)),
    ),
    gauge(
      "state",
      "1 for the state that the gateway is in, 0 for every other.",
      gateways.flatMap(({ profile, state: current }) =>
        GATEWAY_STATES.map((state) => ({
          labels: { profile, state },
          value: bit(state === current),
        })),
      ),
    ),
    gauge(
      "state_seconds",
      "Seconds since the gateway last went up or down.",
      each(({ secondsInState }) => secondsInState),
    ),
    gauge(
      "recent_crashes",
      "Ends that count towards parking now.",
      each(({ recentCrashes }) => recentCrashes),
    ),
    {
      name: "hermes_gateway_restarts_total",
      type: "counter",
      help: "How often it was started again by itself since the container started.",
      samples: each(({ restarts }) => restarts),
    },
    gauge(
      "last_exit_timestamp_seconds",
      "When it last ended, in seconds since 1970; absent where it never did.",
      each(({ lastExit }) => (lastExit === null ? null : lastExit.at / 1000)),
    ),
    gauge(
      "last_exit_code",
      "Its last exit code, 128 and the signal's number for a signal; absent where it never ended.",
      each(({ lastExit }) =>
        lastExit === null ? null : (lastExit.code ?? 128 + (lastExit.signal ?? 0)),
      ),
    ),
  ];
}

/** The snapshot in Prometheus' text exposition format, version 0.0.4. */
export function renderPrometheus(snapshot: Snapshot, version: string): string {
  const info: Family = {
    name: "hermes_info",
    type: "gauge",
    help: "Always 1; what this is in its labels.",
    samples: [{ labels: { version, manager: snapshot.managerKind }, value: 1 }],
  };
  const services: Family = {
    name: "hermes_service_ok",
    type: "gauge",
    help: "1 where a service of the image is as it should be, be it down; absent where s6 cannot be asked.",
    samples: snapshot.services
      .filter(({ state }) => state !== "unknown")
      .map(({ name, ok }) => ({ labels: { service: name }, value: bit(ok) })),
  };
  return [info, services, ...gatewayFamilies(snapshot.gateways)].map(renderFamily).join("");
}
