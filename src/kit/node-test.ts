/** The preset for Node's own test runner. */
import { after, afterEach, before, beforeEach, type TestContext } from 'node:test'
import { createStator } from '../index.ts'
import type { StatorConfig } from './config.ts'
import { type TestStator, testFileFor } from './test-stator.ts'

export type { StatorConfig, TestStator }

/**
 * A Stator for the tests of this file: each finds what was there before it, and nothing that others did. Tests of a file that run at the same time
 * `fork()` one each. `config`: the configuration, or the file of one; left out: `stator.config.*` beside the package.json.
 */
export function useStator(config?: StatorConfig | string): TestStator {
  const file = testFileFor(createStator, config)
  before(() => file.begin())
  after(() => file.end())
  beforeEach(() => file.beforeTest())
  afterEach(async (context) => {
    const { passed } = context as TestContext
    const requests = await file.afterTest(!passed)
    if (requests !== undefined) console.error(requests)
  })
  return file.stator
}
