import type { ProfileName } from "../profiles/name.ts";

export type ServiceManagerKind = "s6" | "systemd" | "launchd" | "windows" | "none";

/** Outcome of publishing: `delegated` if a privileged process has done it, and has recorded it. */
export type PublishOutcome = "published" | "unchanged" | "delegated";

/** Outcome of removing; `missing` if nothing of the service was there. */
export type RemoveOutcome = "removed" | "missing" | "delegated";

/** The users who may command a service: hermes, or root alone. */
export type ServiceAccess = "hermes" | "root-only";

/** The time that a start may take, and a test for a start that cannot succeed any more. */
export interface UpOptions {
  /** Milliseconds until the gateway has to be ready. */
  readonly limitMs: number;
  /** Returns why it will not become ready; null as long as it may. */
  readonly readFailure: () => string | null;
  /** Returns true if a command has ended what was started; null if that is not known. */
  readonly wasStopped: () => boolean | null;
  /** The command that shows its log. */
  readonly readLog: string;
}

/**
 * The mechanism that keeps gateways alive on this machine. It knows services and processes; what an operator wants, and
 * what an exit means, is the business of `gateway/`. Each kind is one folder beside this file. An operation that a kind
 * does not have throws an `AppError` with the code `unsupported`; every other failure is an `AppError`, too.
 */
export interface ServiceManager {
  readonly kind: ServiceManagerKind;
  /** For people, e.g. `s6 (container supervisor)`. */
  readonly description: string;
  /** Returns true if services can be published and removed at run time. */
  readonly supportsRuntimeRegistration: () => boolean;
  /** Throws `unsupported` if this kind runs no gateways; `what` is for the message: `start gateway 'coder'`. */
  readonly requireSupport: (what: string) => void;
  /** Makes the service, down if it is new, and waits until it is supervised. Repairs one that is there in part. */
  readonly publish: (name: ProfileName, access?: ServiceAccess) => Promise<PublishOutcome>;
  /** Returns who may command a service; "hermes" if there is none. */
  readonly readAccess: (name: ProfileName) => ServiceAccess;
  /** Lets hermes command a service again that was published for root alone. */
  readonly allowHermes: (name: ProfileName) => void;
  /** Brings the service down, takes it away and verifies that nothing of it is left. */
  readonly remove: (name: ProfileName) => Promise<RemoveOutcome>;
  /** Starts the service and waits until the gateway itself is ready. Throws once it is clear that it will not be. */
  readonly up: (name: ProfileName, options: UpOptions) => Promise<ServiceStatus>;
  /** Stops the service and waits until it is down and its exit is recorded. Throws at the limit. */
  readonly down: (name: ProfileName) => Promise<void>;
  /** Ends the process `pid` of a service that is up and has it started again, in one command. */
  readonly cycle: (name: ProfileName, pid: number) => Promise<void>;
  /** Reads the state of a service; null if there is none of this name. */
  readonly status: (name: ProfileName) => Promise<GatewayService | null>;
  /** Waits until a service that is going down is down and its exit is recorded, or until it is up again. */
  readonly settle: (name: ProfileName) => Promise<void>;
  /** Ends a process that was started as this service and is not supervised any more. */
  readonly endUnsupervised: (name: ProfileName) => Promise<void>;
  /** Lists the gateways that have a service. */
  readonly list: () => readonly ProfileName[];
  /** Returns true if another container on the same volume runs the gateway that logs there. */
  readonly runsElsewhere: (logDirectory: string) => Promise<boolean>;
  /** Ends the loggers under `root` that do not say why they cannot write, so that others take their place and do. */
  readonly endStuckLoggers: (root: string) => Promise<void>;
  /** Reads the state of the services that belong to no profile. */
  readonly readStaticServices: () => Promise<readonly StaticService[]>;
}

/** A gateway's service. */
export interface GatewayService {
  /** Null if nothing supervises it. */
  readonly status: ServiceStatus | null;
  /** A process that was started as this service and is not supervised any more; null if there is none. */
  readonly unsupervisedPid: number | null;
  /** True if an unsupervised service has a process, or would start one as soon as it is supervised. */
  readonly mayRun: boolean;
  /** True if its logger runs; null if the service is down, has no logger, or this cannot be read. */
  readonly isLoggerUp: boolean | null;
}

/** A service of the image that belongs to no profile. */
export interface StaticService {
  readonly name: string;
  readonly reading: StatusReading;
  /** True if it reports its readiness itself; else "up" is all there is to know. */
  readonly notifiesReadiness: boolean;
  /** True if the boot has disabled it. */
  readonly isDisabled: boolean;
}

/** The outcome of reading a service's status; `not-registered` if there is none, or if nothing supervises it. */
export type StatusReading =
  | { readonly kind: "supervised"; readonly status: ServiceStatus }
  | { readonly kind: "not-registered" }
  | { readonly kind: "unknown"; readonly reason: string };

/** The supervisor's statement about a service. */
export interface ServiceStatus {
  readonly up: boolean;
  readonly wantedUp: boolean;
  /** Up and ready, as the gateway itself says; always false while it is down. */
  readonly ready: boolean;
  /** Down, and its exit is recorded. */
  readonly finished: boolean;
  /** Null if it is down. */
  readonly pid: number | null;
  /** Seconds since it last went up or down. */
  readonly secondsInState: number;
  /** The time of that, in milliseconds since 1970. */
  readonly since: number;
  /** The end of its last process; null while it is up, if it has not run, and if that is not known. */
  readonly lastExit: ServiceExit | null;
}

/** The end of a process; a signal has a name, `SIGKILL`. */
export type ServiceExit =
  | { readonly kind: "code"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string };
