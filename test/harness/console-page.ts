/**
 * The console in a real browser, before a server in the test's own process: the page as it is built from its sources now, a clock that stands still.
 * What the page says on its own console, or asks of anybody else, fails the test.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { buildConsole } from '../../scripts/build-console.ts'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { filesOf } from '../../src/server/console/package-files.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start.ts'
import { askServer } from './ask-server.ts'
import { skipFor } from './skip.ts'
import { startMs } from './test-stator.ts'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const browserPath = process.env.STATOR_CHROMIUM ?? places.find((place) => existsSync(place))

export const skipWithoutChromium: string | false = skipFor(browserPath === undefined ? 'Chromium is not installed' : undefined)

/** A second is what people wait for; a machine with much to do takes longer. */
const patienceMs = 20_000

export interface ConsolePage {
  readonly page: Page
  readonly server: RunningServer
  readonly clock: ManualClock
  /** Opens a view, by its address below that of the console. */
  open(view: string): Promise<void>
  /** What may be asked besides the server: the same under another address. */
  mayAsk(address: string): void
  ask(operation: string, input: object): Promise<{ readonly [member: string]: unknown }>
  /** Fails when somebody who hears, or uses no mouse, would be left out: whatever axe calls serious or critical. */
  checkAccess(): Promise<void>
}

let launched: Promise<Browser> | undefined
after(async () => (await launched)?.close())

/** One for all tests of a file: they share nothing but the program. */
function launchedBrowser(): Promise<Browser> {
  launched ??= chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox'] })
  return launched
}

/** All of it ends with the test. */
export async function openConsole(t: TestContext, options: Partial<ServerOptions> = {}): Promise<ConsolePage> {
  const folder = mkdtempSync(join(tmpdir(), 'stator-console-'))
  t.after(() => rmSync(folder, { recursive: true }))
  await buildConsole(folder)
  const clock = new ManualClock(startMs)
  const server = await startServer({
    storage: { kind: 'memory' },
    port: 0,
    crossOrigin: false,
    clock,
    random: seededRandom(1),
    log: () => {},
    jobs: 'manual',
    consoleFiles: filesOf(folder),
    ...options,
  })
  t.after(() => server.close())
  const addresses = [server.endpoint]
  const page = await openPage(t, await launchedBrowser(), addresses)
  return {
    page,
    server,
    clock,
    open: async (view) => {
      await page.goto(`${server.endpoint}/_stator/console${view}`)
    },
    mayAsk: (address) => void addresses.push(address),
    ask: (operation, input) => askServer(server.endpoint, operation, input),
    checkAccess: async () => {
      const { violations } = await axeOn(page)
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      assert.deepEqual(
        grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        [],
      )
    },
  }
}

async function openPage(t: TestContext, browser: Browser, addresses: readonly string[]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  t.after(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  const said: string[] = []
  page.on('console', (message) => {
    // A request that is answered with an error is said by the browser itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) said.push(message.text())
  })
  page.on('pageerror', (error) => said.push(error.message))
  page.on('request', (request) => {
    const url = request.url()
    if (![...addresses, 'blob:', 'data:'].some((start) => url.startsWith(start))) said.push(`asked ${url}`)
  })
  t.after(() => assert.deepEqual(said, []))
  return page
}

/** By the protocol of the browser's tools, as the page itself may load no script but its own. */
async function axeOn(page: Page): Promise<axe.AxeResults> {
  const { source } = axe
  await page.evaluate(source)
  return page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
}
