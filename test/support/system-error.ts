/** An error as the system calls of Node throw it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: a failed system call`), { code });
}
