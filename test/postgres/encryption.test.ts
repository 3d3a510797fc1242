/** Encrypted connections to a PostgreSQL: what sslmode and its kin say means what it means to psql. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { encryptionOf } from '../../src/storage/postgres/encryption.ts'
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts'
import { type KeyBytes, StoreOpenError } from '../../src/storage/store.ts'
import { type Postgres, skipWithoutPostgres, startPostgres } from '../harness/postgres.ts'
import { skipFor } from '../harness/skip.ts'

const openssl = '/usr/bin/openssl'

const skip =
  skipWithoutPostgres ||
  skipFor(spawnSync(openssl, ['version']).status === 0 ? undefined : 'openssl makes the certificates and is not there')

/** Of 127.0.0.1 and no other name; in the folder an authority of its own, too, and another that has signed nothing. */
function makeCertificates(folder: string): void {
  const run = (...words: readonly string[]): void => {
    const { status, stderr } = spawnSync(openssl, words, { cwd: folder, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
  }
  const keyed = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  for (const name of ['authority', 'other']) {
    run('req', '-x509', ...keyed, '-keyout', `${name}.key`, '-out', `${name}.crt`, '-subj', `/CN=${name}`, '-days', '30')
  }
  run('req', ...keyed, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=database')
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1\n')
  const signed = ['-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial', '-days', '30', '-extfile', 'names']
  run('x509', '-req', '-in', 'server.csr', '-out', 'server.crt', ...signed)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

function refusal(sentence: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreOpenError, String(error))
    assert.match(error.message, sentence)
    assert.doesNotMatch(error.message, /hunter2|\n/)
    return true
  }
}

const key = Buffer.from('a') as Uint8Array as KeyBytes

describe('a store on a PostgreSQL that encrypts', { skip }, () => {
  let postgres: Postgres
  let port: number
  before(async () => {
    port = await freePort()
    postgres = await startPostgres({ port, settings: ['ssl=on'], prepare: makeCertificates })
  })
  after(() => postgres.remove())

  const urlOf = (query: string, host = '127.0.0.1'): string => `postgres://postgres:hunter2@${host}:${port}/postgres?${query}`
  const file = (name: string): string => encodeURIComponent(join(postgres.folder, 'data', name))

  /** Whether all connections of a store are encrypted, or none is. */
  async function isEncrypted(url: string): Promise<boolean> {
    const store = await openPostgresStore({ url })
    try {
      await store.write([key], (turn) => turn.put(key, 'x'))
      assert.deepEqual(await store.get([key]), ['x'])
      await store.view(async (view) => view.get([key]))
      const rows = await postgres.sql(
        `SELECT DISTINCT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'stator'`,
      )
      assert.equal(rows.length, 1)
      return rows[0]?.['ssl'] === true
    } finally {
      await store.close()
    }
  }

  test('is reached in each mode as psql reaches it', async () => {
    assert.equal(await isEncrypted(urlOf('')), true)
    assert.equal(await isEncrypted(urlOf('sslmode=disable')), false)
    assert.equal(await isEncrypted(urlOf('sslmode=allow')), false)
    assert.equal(await isEncrypted(urlOf('sslmode=prefer')), true)
    assert.equal(await isEncrypted(urlOf('sslmode=require')), true)
    assert.equal(await isEncrypted(urlOf('ssl=true')), true)
    assert.equal(await isEncrypted(urlOf(`sslmode=verify-ca&sslrootcert=${file('authority.crt')}`, 'localhost')), true)
    assert.equal(await isEncrypted(urlOf(`sslmode=verify-full&sslrootcert=${file('authority.crt')}`)), true)
  })

  test('is refused in one sentence when its certificate is not what was asked for', async () => {
    const open = (query: string, host?: string) => openPostgresStore({ url: urlOf(query, host) })
    const notTrusted = refusal(/The certificate of the database at (127\.0\.0\.1|localhost):\d+ is not to be trusted \(.*sslmode=require/)
    await assert.rejects(open(`sslmode=require&sslrootcert=${file('other.crt')}`), notTrusted)
    await assert.rejects(open(`sslmode=verify-ca&sslrootcert=${file('other.crt')}`), notTrusted)
    await assert.rejects(open('sslmode=verify-full'), notTrusted)
    await assert.rejects(
      open(`sslmode=verify-full&sslrootcert=${file('authority.crt')}`, 'localhost'),
      refusal(/is for another host: .*verify-ca/),
    )
  })

  test('is reached by what it takes, when it takes no more than one of the two', async () => {
    const hba = join(postgres.folder, 'data', 'pg_hba.conf')
    const onlyOver = async (kind: 'hostssl' | 'hostnossl'): Promise<void> => {
      writeFileSync(hba, `local all all trust\n${kind} all all 127.0.0.1/32 trust\n`)
      await postgres.sql('SELECT pg_reload_conf()')
    }
    await onlyOver('hostssl')
    assert.equal(await isEncrypted(urlOf('sslmode=allow')), true)
    await assert.rejects(openPostgresStore({ url: urlOf('sslmode=disable') }), refusal(/does not let in postgres: .*no encryption/))
    await onlyOver('hostnossl')
    assert.equal(await isEncrypted(urlOf('')), false)
    await assert.rejects(openPostgresStore({ url: urlOf('sslmode=require') }), refusal(/does not let in postgres: .*SSL encryption/))
  })
})

test('a store on a PostgreSQL that does not encrypt is reached in the clear, unless that is not to be', { skip }, async () => {
  const port = await freePort()
  const postgres = await startPostgres({ port })
  try {
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`
    for (const query of ['', '?sslmode=prefer']) await (await openPostgresStore({ url: url + query })).close()
    await assert.rejects(openPostgresStore({ url: `${url}?sslmode=require` }), refusal(/does not encrypt: leave sslmode out/))
    // Over a socket nothing is.
    await (await openPostgresStore({ url: `postgres://postgres@/postgres?host=${postgres.folder}&port=${port}&sslmode=require` })).close()
  } finally {
    await postgres.remove()
  }
})

test('what is said of encryption is read from the URL and then from the variables, and kept from the driver', () => {
  const kindsOf = (url: string, environment = {}): readonly string[] =>
    encryptionOf(url, environment).ways.map(({ ssl }) =>
      ssl === false ? 'clear' : (ssl as { rejectUnauthorized?: boolean }).rejectUnauthorized === false ? 'any' : 'verified',
    )
  assert.deepEqual(kindsOf('postgres://h/db'), ['any', 'clear'])
  assert.deepEqual(kindsOf('postgres://h/db', { PGSSLMODE: 'verify-full' }), ['verified'])
  assert.deepEqual(kindsOf('postgres://h/db?sslmode=require', { PGSSLMODE: 'verify-full' }), ['any'])
  assert.deepEqual(kindsOf('postgres://%2Frun/db?sslmode=require'), ['clear'])
  assert.deepEqual(kindsOf('postgres:///db?sslmode=require', { PGHOST: '/run' }), ['clear'])
  assert.equal(
    encryptionOf('postgres://h/db?options=-c%20search_path%3Da&sslmode=require&uselibpqcompat=true', {}).url,
    'postgres://h/db?options=-c+search_path%3Da',
  )
  assert.equal(encryptionOf('postgres://h/db?ssl=true', {}).url, 'postgres://h/db')
})

test('what cannot be done as it is said is refused in one sentence', () => {
  for (const [query, sentence] of [
    [
      'sslmode=no-verify',
      /sslmode \(PGSSLMODE\) of a database is disable, allow, prefer, require, verify-ca, verify-full, and not no-verify/,
    ],
    ['sslmode=verify-ca', /verify-ca needs a file of authorities in sslrootcert/],
    ['sslmode=verify-full&sslrootcert=/none/such', /The file \/none\/such that sslrootcert .* cannot be read \(ENOENT\)/],
    ['sslnegotiation=now', /is postgres or direct, and not now/],
  ] as const) {
    assert.throws(() => encryptionOf(`postgres://u:hunter2@h/db?${query}`, {}), refusal(sentence))
  }
})

test('parameters that are mistyped or that nobody goes by are refused as psql refuses them, and those of every day are not', async () => {
  const refused = (query: string, sentence: RegExp): Promise<void> =>
    assert.rejects(openPostgresStore({ url: `postgres://u:hunter2@127.0.0.1:1/db?${query}` }), refusal(sentence))
  for (const name of ['sslmod', 'sslcrl', 'service', 'foo', '__proto__']) {
    await refused(`${name}=verify-full`, new RegExp(`^"${name}" in the URL of the database is nothing that Stator goes by: leave it out$`))
  }
  await refused('channel_binding=require', /^channel_binding in the URL of a database may be disable or prefer and nothing else/)
  await refused('sslmode=disable&target_session_attrs=standby', /^target_session_attrs .* may be any or read-write or primary/)
  const everyDay = 'sslmode=disable&application_name=a&connect_timeout=10&options=-c%20search_path%3Da&target_session_attrs=read-write'
  await refused(everyDay, /cannot be reached \(ECONNREFUSED\)/)
})
