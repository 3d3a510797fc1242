/**
 * Targets of requests that name the server as well, `http://host/path?query`: every server has to take them, and what they say of the
 * host counts in place of the field Host (RFC 9112 §3.2.2).
 */
const absoluteTarget = /^https?:\/\/([\w.~!$&'()*+,;=%:[\]-]+)([/?].*)?$/i

export interface AbsoluteTarget {
  readonly host: string
  /** What is asked for, as a target without the server says it: `/path?query`. */
  readonly url: string
}

/** Undefined for a target of another form. */
export function readAbsoluteTarget(target: string): AbsoluteTarget | undefined {
  if (target.startsWith('/')) return undefined
  const [, host, rest = ''] = absoluteTarget.exec(target) ?? []
  return host === undefined ? undefined : { host, url: rest.startsWith('/') ? rest : `/${rest}` }
}
