/** The facts of the machine that a program needs. */
export interface Machine {
  /** The architecture as Bun names it: `x64`, `arm64`. */
  readonly architecture: string;
  readonly exists: (path: string) => boolean;
  /** Returns true if a program of this name is on PATH. */
  readonly isOnPath: (name: string) => boolean;
}

/** The reason why a file cannot be run, and the remedy. */
export interface Obstacle {
  readonly reason: string;
  readonly hint: string;
}

/** Bytes of a program that `findObstacle` looks at: its first line, or its headers. */
export const HEADER_BYTES = 4096;

/** Bytes of a program's first line that Linux looks at (execve(2)). */
const FIRST_LINE = 255;
const INTERPRETER = /^#![ \t]*(\/[^ \t\n]*)[ \t]*([^\n]*)/;

/** The machine numbers of 64-bit and 32-bit programs, by architecture (elf(5), `e_machine`). */
const MACHINES: Readonly<Record<string, readonly number[]>> = { x64: [62, 3], arm64: [183, 40] };
const EXECUTABLE_TYPES = new Set([2, 3]);
const PT_INTERP = 3;

/**
 * Returns the reason why the kernel would refuse a program that begins with these bytes; null if none is seen. Shells,
 * and env with them, run a text that is neither a script nor ELF as a script of sh, so it is accepted.
 */
export function findObstacle(start: Uint8Array, machine: Machine): Obstacle | null {
  if (start.length === 0) return { reason: "it is empty", hint: "install the agent again" };
  const text = new TextDecoder().decode(start.subarray(0, FIRST_LINE));
  if (text.startsWith("#!")) return ofScript(text, machine);
  if (text.startsWith("\u007fELF")) return ofElf(start, machine);
  if (!start.subarray(0, FIRST_LINE).includes(0)) return null;
  return { reason: "it is not a program", hint: "name the program itself" };
}

function ofScript(text: string, { exists, isOnPath }: Machine): Obstacle | null {
  const [, interpreter, rest = ""] = INTERPRETER.exec(text) ?? [];
  if (interpreter === undefined) return null;
  if (!exists(interpreter)) {
    return {
      reason: `its first line asks for ${JSON.stringify(interpreter)}, which is not there`,
      hint: interpreter.endsWith("\r")
        ? "save the file with the line ends of Unix, without carriage returns"
        : "install the agent again, or correct that line",
    };
  }
  const name = interpreter.endsWith("/env") ? nameForEnv(rest.trimEnd()) : null;
  if (name === null || (name.includes("/") ? exists(name) : isOnPath(name))) return null;
  return {
    reason: `its first line asks for ${JSON.stringify(name)}, which is not on PATH`,
    hint: name.includes(" ")
      ? "write `env -S` in that line: without it everything that follows is one name"
      : "install that program, or correct that line",
  };
}

/** Returns the program that env(1) is to find, by its one argument; null if that cannot be seen. */
function nameForEnv(argument: string): string | null {
  const split = /^(?:-S|--split-string=?)\s*(.*)$/.exec(argument)?.[1];
  if (split === undefined) return /^-|=|^$/.test(argument) ? null : argument;
  const word = split.split(/\s+/).find((one) => !/^[A-Za-z_]\w*=/.test(one)) ?? "";
  return /^-|["'\\$]|^$/.test(word) ? null : word;
}

function ofElf(bytes: Uint8Array, { architecture, exists }: Machine): Obstacle | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isDamaged = bytes.length < 52 || !EXECUTABLE_TYPES.has(view.getUint16(16, true));
  if (isDamaged) return { reason: "it is a damaged program", hint: "install the agent again" };
  const known = MACHINES[architecture];
  if (known !== undefined && !known.includes(view.getUint16(18, true))) {
    return {
      reason: `it was built for another kind of processor; this one is ${architecture}`,
      hint: "install the agent that was built for this one",
    };
  }
  const loader = bytes[4] === 2 ? loaderOf(bytes, view) : null;
  if (loader === null || exists(loader)) return null;
  return {
    reason: `it needs ${JSON.stringify(loader)}, which is not there`,
    hint: "install the agent that was built for this system: for Debian, or linked statically",
  };
}

/** Returns the dynamic loader of a 64-bit program (elf(5), `PT_INTERP`); null if none is seen. */
function loaderOf(bytes: Uint8Array, view: DataView): string | null {
  if (bytes.length < 64) return null;
  const table = Number(view.getBigUint64(32, true));
  const [size, count] = [view.getUint16(54, true), view.getUint16(56, true)];
  for (let index = 0; index < count; index += 1) {
    const at = table + index * size;
    if (size < 56 || at + size > bytes.length) return null;
    if (view.getUint32(at, true) !== PT_INTERP) continue;
    const from = Number(view.getBigUint64(at + 8, true));
    const path = bytes.subarray(from, from + Number(view.getBigUint64(at + 32, true)));
    return new TextDecoder().decode(path).replace(/\0[^]*$/, "") || null;
  }
  return null;
}
