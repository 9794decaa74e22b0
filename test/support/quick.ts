/**
 * Milliseconds for what is to happen at once. The wrong behaviour, a backoff or a SIGKILL at the end of a time limit, takes
 * 8 s or more; a busy machine takes some seconds. `test/timing` has the precise limits.
 */
export const QUICK_MS = 7000;
