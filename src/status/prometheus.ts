import { exitCodeOfSignal } from "../core/signals.ts";
import { GATEWAY_STATES } from "./gateway-state.ts";
import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";

type Labels = Readonly<Record<string, string>>;

/** One number with its labels. */
interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One metric (docs/metrics.md). */
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
      "1 if the gateway is ready, or runs in the foreground.",
      each(({ state }) => bit(state === "ready" || state === "foreground")),
    ),
    gauge(
      "desired",
      "Desired state: 1 running, 0 stopped; absent if it is not set.",
      each(({ desired }) => (desired === null ? null : bit(desired === "running"))),
    ),
    gauge(
      "drift",
      "1 if the state differs from the desired state and will stay so.",
      each(({ drift }) => bit(drift !== null)),
    ),
    gauge(
      "state",
      "1 for the current state of the gateway, 0 for the others.",
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
      "Exits of the last ten minutes that count towards the crash limit.",
      each(({ recentCrashes }) => recentCrashes),
    ),
    {
      name: "hermes_gateway_restarts_total",
      type: "counter",
      help: "Automatic restarts since the container started.",
      samples: each(({ restarts }) => restarts),
    },
    gauge(
      "last_exit_timestamp_seconds",
      "Time of its last exit in seconds since 1970; absent if it never exited.",
      each(({ lastExit }) => (lastExit === null ? null : lastExit.at / 1000)),
    ),
    gauge(
      "last_exit_code",
      "Its last exit code, or 128 plus the number of a signal; absent if it never exited.",
      each(({ lastExit }) =>
        lastExit === null ? null : (lastExit.code ?? exitCodeOfSignal(lastExit.signal ?? 0)),
      ),
    ),
  ];
}

/** Renders a snapshot in Prometheus' text exposition format, version 0.0.4. */
export function renderPrometheus(snapshot: Snapshot, version: string): string {
  const info: Family = {
    name: "hermes_info",
    type: "gauge",
    help: "Always 1; the labels name the version and the service manager.",
    samples: [{ labels: { version, manager: snapshot.managerKind }, value: 1 }],
  };
  const services: Family = {
    name: "hermes_service_ok",
    type: "gauge",
    help: "1 if a service of the image is in order; absent if s6 cannot be asked.",
    samples: snapshot.services
      .filter(({ state }) => state !== "unknown")
      .map(({ name, ok }) => ({ labels: { service: name }, value: bit(ok) })),
  };
  return [info, services, ...gatewayFamilies(snapshot.gateways)].map(renderFamily).join("");
}
