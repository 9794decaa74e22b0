/** Compares without telling by its time how much of it was right. */
function isSame(first: string, second: string): boolean {
  const encoder = new TextEncoder();
  const [one, other] = [encoder.encode(first), encoder.encode(second)];
  let difference = one.length ^ other.length;
  for (const [index, byte] of one.entries()) difference |= byte ^ (other[index] ?? 0);
  return difference === 0;
}

/** Whether a request shows the token (`Authorization: Bearer …`, RFC 6750). */
export function showsToken(headers: Headers, token: string): boolean {
  const [, shown] = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  return shown !== undefined && isSame(shown, token);
}
