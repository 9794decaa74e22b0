/** Exit codes of every command, documented in docs/exit-codes.md. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  noSuchGateway: 4,
  bug: 70,
  tryAgain: 75,
  configuration: 78,
} as const;

/** The remedy if the volume refuses something. */
export const VOLUME_HINT = "see `hermes doctor` for what is wrong with the volume";

/** The kind of a failure, for programs and tests; the message is for people. */
export type ErrorCode =
  | "usage"
  | "invalid-name"
  | "no-such-profile"
  | "broken-profile"
  | "profile-exists"
  | "no-such-gateway"
  | "not-registered"
  | "not-ready"
  | "already-running"
  | "service-manager"
  | "unsupported"
  | "capacity"
  | "configuration"
  | "time-limit"
  | "refused"
  /** Another command has done the opposite meanwhile. */
  | "undone"
  | "model"
  | "io";

/** The kinds of failure that have an exit code of their own, in every command. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  "no-such-gateway": ExitCode.noSuchGateway,
  "no-such-profile": ExitCode.noSuchGateway,
  "invalid-name": ExitCode.usage,
  usage: ExitCode.usage,
  configuration: ExitCode.configuration,
};

export interface AppErrorOptions {
  /** Further lines, if one sentence is not enough. */
  readonly detail?: string | undefined;
  /** An instruction that the reader can follow. */
  readonly hint?: string | undefined;
  /** 1 if neither this nor the kind of failure says otherwise. */
  readonly exitCode?: number;
  /** The profile that does not exist, as it was named. */
  readonly profile?: string;
  readonly cause?: unknown;
}

/** A failure that ends a command and that a user can cause or mend. It is shown without a stack. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly exitCode: number;
  readonly profile: string | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.hint = options.hint;
    this.profile = options.profile;
    this.exitCode = options.exitCode ?? EXIT_CODES[code] ?? ExitCode.failed;
  }
}

/** Returns the message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const GATEWAY_PREFIX = /^Cannot \w+ (?:gateway '[^']*'|'gateway-[^']*'): /;

/** Returns the reason of a failure of a gateway, for a sentence that names the gateway already. */
export function gatewayReason({ message }: AppError): string {
  return message.replace(GATEWAY_PREFIX, "");
}
