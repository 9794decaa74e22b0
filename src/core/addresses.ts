/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Whether an address means every one of this machine; who connects to it reaches the machine itself. */
export function isUnspecified(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/**
 * Whether a `Host` header names this machine as nobody else's name can: by an address, or as localhost. A page
 * whose own name was made to lead here sends that name.
 */
export function isOwnHost(header: string): boolean {
  const hostname = URL.parse(`http://${header}`)?.hostname ?? "";
  return /^\[|^\d+(?:\.\d+){3}$/.test(hostname) || /^(?:.+\.)?localhost\.?$/.test(hostname);
}

/** A host as it stands in a URL: an IPv6 address gets its brackets. */
export function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** The number of a TCP port, 1 to 65535; null for every other text. */
export function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

/** The path that a request asks for; what it sent, where that is no address: nothing is there. */
export function pathOfRequest(url: string): string {
  // A request of HTTP/1.0 may come without a host.
  return URL.parse(url, "http://localhost")?.pathname ?? url;
}
