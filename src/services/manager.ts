import type { ProfileName } from "../profiles/name.ts";

export type ServiceManagerKind = "s6" | "systemd" | "launchd" | "windows" | "none";

/** What became of a command to a service. */
export interface ServiceOutcome {
  /** Whether anything had to be done. */
  readonly changed: boolean;
  /** The gateway's process; null where it is down. */
  readonly pid: number | null;
  /** What the operator should know although the command succeeded. */
  readonly warnings: readonly string[];
}

/** What became of a registration. */
export type RegistrationOutcome = "registered" | "already-registered";

/**
 * How gateways are kept alive on this machine. `start`, `stop` and `restart` wait for the outcome and
 * throw an `AppError` where it is not reached; asking for what a kind cannot do throws `unsupported`.
 */
export interface ServiceManager {
  readonly kind: ServiceManagerKind;
  /** For people, e.g. `s6 (container supervisor)`. */
  readonly description: string;
  readonly start: (name: ProfileName) => Promise<ServiceOutcome>;
  readonly stop: (name: ProfileName) => Promise<ServiceOutcome>;
  readonly restart: (name: ProfileName) => Promise<ServiceOutcome>;
  /**
   * Brings a gateway down for a moment: its desired state stays as it is. `settled` refuses one that is on its way up
   * or down. A missing one is fine.
   */
  readonly suspend: (name: ProfileName, from: "settled" | "any-state") => Promise<void>;
  readonly isRunning: (name: ProfileName) => Promise<boolean>;
  readonly supportsRuntimeRegistration: () => boolean;
  readonly registerProfileGateway: (name: ProfileName) => Promise<RegistrationOutcome>;
  /** Brings the gateway down, takes its service away and verifies that nothing of it is left. */
  readonly unregisterProfileGateway: (name: ProfileName) => Promise<void>;
  readonly listProfileGateways: () => readonly ProfileName[];
  readonly readGateway: (name: ProfileName) => Promise<GatewayStatus | null>;
  /** Asks about many gateways at once; one reading a name, in order. Never rejects because of one of them. */
  readonly readGateways: (names: readonly ProfileName[]) => Promise<readonly ServiceReading[]>;
  /** The process that was started as this gateway and is not supervised any more; null if there is none. */
  readonly findUnsupervised: (name: ProfileName, supervisedPid: number | null) => number | null;
  /** Whether the logger of a gateway runs; null if there is none, or if nobody can tell. */
  readonly isLoggerUp: (name: ProfileName) => boolean | null;
  /** The services that are there without any profile; none where this manager has none. */
  readonly readStaticServices: () => Promise<readonly StaticService[]>;
}

/** What became of asking about one service. */
export type ServiceReading =
  | { readonly kind: "supervised"; readonly status: ServiceStatus }
  /** There is none, or nothing supervises it. */
  | { readonly kind: "not-registered" }
  | { readonly kind: "unknown"; readonly reason: string };

/** A service of the image that belongs to no profile. */
export interface StaticService {
  readonly name: string;
  readonly reading: ServiceReading;
  /** Whether it says by itself when it is ready; else up is all there is to know. */
  readonly notifiesReadiness: boolean;
  /** Whether the boot has disabled it. */
  readonly isDisabled: boolean;
  /** How it ended last, where it is down and has run: its exit code; null otherwise. */
  readonly exitCode: number | null;
}

/** What the supervisor says of a service. */
export interface ServiceStatus {
  readonly up: boolean;
  readonly wantedUp: boolean;
  /** Up and ready, as the gateway itself says; always false while it is down. */
  readonly ready: boolean;
  /** Down, and its finish script has ended. */
  readonly finished: boolean;
  /** -1 where it is down. */
  readonly pid: number;
  /** Seconds since it last went up or down. */
  readonly secondsInState: number;
  /** When that was, in milliseconds since 1970. */
  readonly since: number;
}

/** The same of one gateway, with how it ended. */
export interface GatewayStatus extends ServiceStatus {
  readonly exitCode: number;
  readonly signal: string;
}
