/** The preset for Vitest. */
import { afterAll, afterEach, test as bareTest, beforeAll, beforeEach, type TestAPI } from 'vitest'
import { createStator, type InProcessStator } from '../index.ts'
import type { StatorConfig } from './config.ts'
import { requestsText } from './requests-text.ts'
import { type TestStator, testFileFor } from './test-stator.ts'

export type { StatorConfig, TestStator }

/**
 * A Stator for the tests of this file, or from a file of `setupFiles` for those of each: every test finds what was there before it, and nothing that
 * others did. `config`: the configuration, or the file of one; left out: `stator.config.*` where Vitest runs.
 */
export function useStator(config?: StatorConfig | string): TestStator {
  const file = testFileFor(createStator, config)
  beforeAll(() => file.begin())
  afterAll(() => file.end())
  beforeEach(() => file.beforeTest())
  afterEach(async ({ task }) => {
    const requests = await file.afterTest(task.result?.state === 'fail')
    if (requests !== undefined) console.error(requests)
  })
  return file.stator
}

/** Vitest's `test` whose tests are given a `stator` of their own, also when they run at the same time. It begins as `stator.config.*` says. */
export const test: TestAPI<{ stator: InProcessStator }> = bareTest.extend<{ stator: InProcessStator }>({
  stator: async ({ task }, use) => {
    const stator = await testFileFor(createStator, undefined).fork()
    await use(stator)
    const requests = task.result?.state === 'fail' ? await requestsText(stator.control) : undefined
    if (requests !== undefined) console.error(requests)
    await stator.close()
  },
})
