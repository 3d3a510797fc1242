/**
 * The parameters in the URL of a database, as libpq has them. One that is mistyped, or that nobody here goes by, is refused, as psql
 * refuses it: it may have been meant to protect something. How long is waited is ours to say, so that what a URL says of it is passed over.
 */
import { StoreOpenError } from '../store.ts'
import { encryptionParameters } from './encryption.ts'

const taken: ReadonlySet<string> = new Set([
  ...['host', 'port', 'user', 'password', 'database', 'application_name', 'fallback_application_name', 'options', 'client_encoding'],
  ...encryptionParameters,
  ...['connect_timeout', 'keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout'],
])
/** Of these what holds anyway may be said, and nothing else. */
const fixed: ReadonlyMap<string, readonly string[]> = new Map([
  ['target_session_attrs', ['any', 'read-write', 'primary']],
  ['channel_binding', ['disable', 'prefer']],
  ['gssencmode', ['disable', 'prefer']],
])

/** Throws StoreOpenError, one sentence. The values of others than these are in no message. */
export function checkParameters(url: string): void {
  const [, query = ''] = url.split(/\?(.*)/s)
  for (const [name, value] of new URLSearchParams(query)) {
    if (taken.has(name)) continue
    const values = fixed.get(name)
    if (values === undefined) {
      throw new StoreOpenError(`${JSON.stringify(name)} in the URL of the database is nothing that Stator goes by: leave it out`)
    }
    if (values.includes(value)) continue
    throw new StoreOpenError(`${name} in the URL of a database may be ${values.join(' or ')} and nothing else: Stator does no other`)
  }
}
