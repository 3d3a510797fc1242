/**
 * The servers that a URL names, as libpq has them: `a:5432,b:5432` or `host=a,b` with one `port` or as many. One of them takes writes, the
 * others are its standbys, and which is which may change.
 */
import { Connection, type ConnectionOptions } from './connection.ts'
import { type EncryptedUrl, isOtherWayTried } from './encryption.ts'
import { NoPrimary } from './failures.ts'
import { readReadOnly } from './statements.ts'

/** The same URL for each of its servers alone. */
export function urlsOfHosts(url: string): readonly string[] {
  const [, scheme = '', user = '', authority = '', path = '', query = ''] =
    /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#@]*)([^?#]*)(?:\?(.*))?$/.exec(url) ?? []
  const parameters = new URLSearchParams(query)
  const named = parameters.get('host')
  if (named === null && !authority.includes(',')) return [url]
  if (named === null) return authority.split(',').map((host) => `${scheme}${user}${host}${path}${query === '' ? '' : `?${query}`}`)
  const hosts = named.split(',')
  if (hosts.length === 1) return [url]
  const ports = parameters.get('port')?.split(',') ?? []
  return hosts.map((host, at) => {
    const own = new URLSearchParams(parameters)
    own.set('host', host)
    const port = ports[at] ?? ports[0]
    if (port !== undefined) own.set('port', port)
    return `${scheme}${user}${authority}${path}?${own}`
  })
}

/** Connects to the one that takes writes, where it was last at first. */
export class Hosts {
  readonly #hosts: readonly EncryptedUrl[]
  #last = 0

  constructor(hosts: readonly EncryptedUrl[]) {
    this.#hosts = hosts
  }

  /** Rejects with what the last of them says, or NoPrimary. */
  async connect(use: ConnectionOptions['use']): Promise<Connection> {
    let fault: unknown = new NoPrimary()
    for (let offset = 0; offset < this.#hosts.length; offset += 1) {
      const at = (this.#last + offset) % this.#hosts.length
      try {
        const connection = await this.#connectTo(at, use)
        this.#last = at
        return connection
      } catch (error) {
        fault = error
      }
    }
    throw fault
  }

  async #connectTo(at: number, use: ConnectionOptions['use']): Promise<Connection> {
    const connection = await openSomehow(this.#hosts[at] as EncryptedUrl, use)
    // Of one that has no other it is told at the start, and by what it refuses.
    if (this.#hosts.length === 1) return connection
    try {
      const [answer] = await connection.run([[readReadOnly]])
      if (answer?.rows[0]?.[0] === 'on') throw new NoPrimary()
      return connection
    } catch (error) {
      connection.end()
      throw error
    }
  }
}

/** Rejects with what the server says to the last way that is tried. */
async function openSomehow({ url: connectionString, ways }: EncryptedUrl, use: ConnectionOptions['use']): Promise<Connection> {
  for (const [at, way] of ways.entries()) {
    try {
      return await Connection.open({ config: { connectionString, ...way }, use })
    } catch (error) {
      if (at === ways.length - 1 || !isOtherWayTried(way, error)) throw error
    }
  }
  throw new Error('there is a way to connect')
}
