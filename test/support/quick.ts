/**
 * Milliseconds for what is to happen at once. The wrong behaviour, a backoff or a SIGKILL at the end of a time limit,
 * takes 8 s or more; a busy machine takes some seconds. `test/timing` has the precise limits.
 */
export const QUICK_MS = 7000;

/** Milliseconds for a command that must not wait for a FIFO or a device that never answers. */
export const DOES_NOT_HANG_MS = 30_000;
