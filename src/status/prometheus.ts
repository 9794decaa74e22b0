import { exitCodeOfSignal } from "../core/signals.ts";
import { GATEWAY_STATES } from "./gateway-state.ts";
import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";

/** One number with its labels. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric (docs/metrics.md). */
interface Family {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly Sample[];
}

function renderSample(name: string, { labels, value }: Sample): string {
  // The format escapes backslashes, quotes and newlines as JSON does.
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
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
  /** A number of each gateway; null if it has none. */
  const each = (name: string, help: string, valueOf: (gateway: GatewaySnapshot) => number | null) =>
    gauge(
      name,
      help,
      gateways.flatMap((gateway) => {
        const value = valueOf(gateway);
        return value === null ? [] : { labels: { profile: gateway.profile }, value };
      }),
    );
  const states = gateways.flatMap(({ profile, state: current }) =>
    GATEWAY_STATES.map((state) => {
      return { labels: { profile, state }, value: bit(state === current) };
    }),
  );
  return [
    each("up", "1 if the gateway is ready, or runs in the foreground.", ({ state }) =>
      bit(state === "ready" || state === "foreground"),
    ),
    each(
      "desired",
      "Desired state: 1 running, 0 stopped; absent if it is not set.",
      ({ desired }) => (desired === null ? null : bit(desired === "running")),
    ),
    each("drift", "1 if the state differs from the desired state and will stay so.", ({ drift }) =>
      bit(drift !== null),
    ),
    gauge("state", "1 for the current state of the gateway, 0 for the others.", states),
    each(
      "state_seconds",
      "Seconds since the gateway last went up or down.",
      ({ secondsInState }) => secondsInState,
    ),
    each(
      "recent_crashes",
      "Exits of the last ten minutes that count towards the crash limit.",
      ({ recentCrashes }) => recentCrashes,
    ),
    {
      ...each(
        "restarts_total",
        "Automatic restarts since the container started.",
        ({ restarts }) => restarts,
      ),
      type: "counter",
    },
    each(
      "last_exit_timestamp_seconds",
      "Time of its last exit in seconds since 1970; absent if it never exited.",
      ({ lastExit }) => (lastExit === null ? null : lastExit.at / 1000),
    ),
    each(
      "last_exit_code",
      "Its last exit code, or 128 plus the number of a signal; absent if it never exited.",
      ({ lastExit }) =>
        lastExit === null ? null : (lastExit.code ?? exitCodeOfSignal(lastExit.signal ?? 0)),
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
