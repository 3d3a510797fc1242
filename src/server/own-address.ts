/** Under which address a server is reached that listens at a host: by clients on its machine, and by others. */

/** An address that means "all of this machine's" can be listened on, not connected to. */
export function hostForClients(host: string): string {
  return isAnyAddress(host) ? '127.0.0.1' : host
}

/** For clients on other machines, if there is a way for them. */
export function hostElsewhere(host: string, machine: string | undefined): string {
  return isAnyAddress(host) ? (machine ?? host) : host
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** IPv6 stands in brackets. */
export function urlAt(host: string, { scheme, port }: { readonly scheme: string; readonly port: number }): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
