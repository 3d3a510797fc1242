/** The preset for Playwright Test. */
import {
  test as bareTest,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from '@playwright/test'
import { createStator } from '../index.ts'
import type { StatorConfig } from './config.ts'
import { TestFile, type TestStator } from './test-stator.ts'

export type { StatorConfig, TestStator }

export interface StatorFixtures {
  /** Of the worker, which is a process: each test finds in it what was there before that test. */
  readonly stator: TestStator
}

export interface StatorWorkerFixtures {
  /** For `use` of the configuration of Playwright: the file of a configuration of Stator. Left out: `stator.config.*`. */
  readonly statorConfig: string | undefined
  /** The same Stator, for fixtures of the worker, such as the server that is tested. */
  readonly statorOfWorker: TestStator
  /** What tells it where tests begin and end. */
  readonly statorFile: TestFile
}

/** Playwright's `test`, with a `stator` whose port is in the environment of the worker. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & StatorFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & StatorWorkerFixtures
> = bareTest.extend<StatorFixtures, StatorWorkerFixtures>({
  statorConfig: [undefined, { scope: 'worker', option: true }],
  statorFile: [
    async ({ statorConfig }, use) => {
      const file = new TestFile(createStator, statorConfig)
      await file.begin()
      await use(file)
      await file.end()
    },
    { scope: 'worker' },
  ],
  statorOfWorker: [async ({ statorFile }, use) => use(statorFile.stator), { scope: 'worker' }],
  stator: [
    async ({ statorFile }, use, info) => {
      statorFile.beforeTest()
      await use(statorFile.stator)
      const requests = await statorFile.afterTest(info.status !== info.expectedStatus)
      if (requests !== undefined) await info.attach('stator', { body: requests, contentType: 'text/plain' })
    },
    { auto: true },
  ],
})
