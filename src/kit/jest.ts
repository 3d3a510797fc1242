/** The preset for Jest, as ECMAScript modules have it. Those who say `require` get the same from a file that the build makes. */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'
import type { StatorConfig } from './config.ts'
import { useStatorIn } from './jest-hooks.ts'
import type { TestStator } from './test-stator.ts'

export type { StatorConfig, TestStator }

/**
 * A Stator for the tests of this file, or from a file of `setupFilesAfterEnv` for those of each: every test finds what was there before it, and nothing
 * that others did. `config`: the configuration, or the file of one; left out: `stator.config.*` where Jest runs.
 */
export function useStator(config?: StatorConfig | string): TestStator {
  const { env: environment } = process
  return useStatorIn({ beforeAll, afterAll, beforeEach, afterEach, global: globalThis, environment, console }, config)
}
