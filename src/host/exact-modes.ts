/**
 * Does work whose new files and directories have exactly the requested mode from their first moment. Nothing is changed
 * afterwards: some file systems refuse chmod, and it would undo inherited access lists and setgid bits. The umask
 * belongs to the whole process, so the work must not wait for anything.
 */
export function withExactModes<T>(work: () => T): T {
  const before = process.umask(0);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}
