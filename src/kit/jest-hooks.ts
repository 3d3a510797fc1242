/**
 * What the preset for Jest does, outside of the contexts in which Jest runs files of tests: one Stator is prepared for all files that a worker of
 * Jest runs, and is not read anew for each.
 */
import { createStator } from '../index.ts'
import type { StatorConfig } from './config.ts'
import { type TestStator, testFileFor } from './test-stator.ts'

type Hook = (hook: () => unknown) => void

/** The context of a file of tests: it has hooks, an environment, a console and a global object of its own. */
export interface JestContext {
  readonly beforeAll: Hook
  readonly afterAll: Hook
  readonly beforeEach: Hook
  readonly afterEach: Hook
  readonly global: object
  readonly environment: NodeJS.ProcessEnv
  readonly console: Pick<Console, 'error'>
}

export function useStatorIn(context: JestContext, config: StatorConfig | string | undefined): TestStator {
  const file = testFileFor(createStator, config)
  context.beforeAll(() => file.begin(context.environment))
  context.afterAll(() => file.end())
  context.beforeEach(() => file.beforeTest())
  context.afterEach(async () => {
    const requests = await file.afterTest(hasTestFailed(context.global))
    if (requests !== undefined) context.console.error(requests)
  })
  return file.stator
}

interface RunnerState {
  readonly currentlyRunningTest?: { readonly errors: readonly unknown[] } | null
}

/** Jest tells hooks nothing of their test. Its runner (jest-circus) keeps what it knows under a symbol of this description. */
function hasTestFailed(global: object): boolean {
  const symbol = Object.getOwnPropertySymbols(global).find(({ description }) => description === 'JEST_STATE_SYMBOL')
  const state = symbol && (global as { readonly [name: symbol]: RunnerState })[symbol]
  return (state?.currentlyRunningTest?.errors.length ?? 0) > 0
}
