/** As much of the test runners as the presets use. Who uses a preset has the runner, with its own types. */

declare module 'vitest' {
  interface TestContext {
    readonly task: { readonly result?: { readonly state: string } }
  }
  type Hook = () => unknown
  type TestHook = (context: TestContext) => unknown
  type Fixture<Value> = (context: TestContext, use: (value: Value) => Promise<void>) => Promise<void>
  export interface TestAPI<Context = object> {
    extend<More extends object>(fixtures: { readonly [Name in keyof More]: Fixture<More[Name]> }): TestAPI<Context & More>
  }
  export const test: TestAPI
  export function beforeAll(hook: Hook): void
  export function afterAll(hook: Hook): void
  export function beforeEach(hook: TestHook): void
  export function afterEach(hook: TestHook): void
}

declare module '@jest/globals' {
  type Hook = () => unknown
  export function beforeAll(hook: Hook): void
  export function afterAll(hook: Hook): void
  export function beforeEach(hook: Hook): void
  export function afterEach(hook: Hook): void
}

declare module '@playwright/test' {
  export interface TestInfo {
    readonly status?: string
    readonly expectedStatus: string
    attach(name: string, options: { readonly body: string; readonly contentType: string }): Promise<void>
  }
  export interface PlaywrightTestArgs {
    readonly page: unknown
  }
  export interface PlaywrightTestOptions {
    readonly baseURL: string | undefined
  }
  export interface PlaywrightWorkerArgs {
    readonly browser: unknown
  }
  export interface PlaywrightWorkerOptions {
    readonly headless: boolean
  }
  type Args<Test, Worker> = Test & Worker
  type Fixture<Value, Given> = (given: Given, use: (value: Value) => Promise<void>, info: TestInfo) => Promise<void>
  type Declared<Value, Given> = readonly [
    Fixture<Value, Given> | Value,
    { readonly scope?: 'test' | 'worker'; readonly auto?: boolean; readonly option?: boolean },
  ]
  export interface TestType<Test extends object, Worker extends object> {
    extend<MoreTest extends object, MoreWorker extends object>(
      fixtures: { readonly [Name in keyof MoreTest]: Declared<MoreTest[Name], Args<Test & MoreTest, Worker & MoreWorker>> } & {
        readonly [Name in keyof MoreWorker]: Declared<MoreWorker[Name], Worker & MoreWorker>
      },
    ): TestType<Test & MoreTest, Worker & MoreWorker>
  }
  export const test: TestType<PlaywrightTestArgs & PlaywrightTestOptions, PlaywrightWorkerArgs & PlaywrightWorkerOptions>
}
