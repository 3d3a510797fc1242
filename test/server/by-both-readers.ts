/** Tests that hold whoever reads HTTP, the front of our own or node:http: each is done with both. */
import { type TestContext, test } from 'node:test'
import type { HttpReader } from '../../src/server/http.ts'

let reader: HttpReader = 'strict'

/** Who reads HTTP in the test that is running: tests of one file run one after another. */
export function currentReader(): HttpReader {
  return reader
}

export function testByBoth(name: string, check: (t: TestContext) => Promise<void>): void {
  for (const http of ['strict', 'node'] as const) {
    test(`${name} (${http})`, (t) => {
      reader = http
      return check(t)
    })
  }
}
