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
   * Brings a gateway down for a moment: what the operator wants of it stays as it is. Refuses one that is
   * on its way up or down. A missing one is fine.
   */
  readonly suspend: (name: ProfileName) => Promise<void>;
  readonly isRunning: (name: ProfileName) => Promise<boolean>;
  readonly supportsRuntimeRegistration: () => boolean;
  readonly registerProfileGateway: (name: ProfileName) => Promise<RegistrationOutcome>;
  /** Brings the gateway down, takes its service away and verifies that nothing of it is left. */
  readonly unregisterProfileGateway: (name: ProfileName) => Promise<void>;
  readonly listProfileGateways: () => readonly ProfileName[];
  readonly readGateway: (name: ProfileName) => Promise<GatewayStatus | null>;
}

/** What the supervisor says of a gateway. */
export interface GatewayStatus {
  readonly up: boolean;
  readonly wantedUp: boolean;
  /** Up and ready, as the gateway itself says; always false while it is down. */
  readonly ready: boolean;
  /** Down, and its finish script has ended. */
  readonly finished: boolean;
  /** -1 where it is down. */
  readonly pid: number;
  readonly exitCode: number;
  readonly signal: string;
  /** Seconds since it last went up or down. */
  readonly secondsInState: number;
}
