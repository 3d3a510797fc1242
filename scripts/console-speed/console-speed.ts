/**
 * How long a person waits for the page, and whether it grows: tables, items, patterns and a feed as many as asked for, one walk through the views after
 * another, the longest and the usual time from a key or a click to the picture that follows (Event Timing), and the slope of the memory of the page.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'
import { StatorProcess } from '../../test/cli/stator-process.ts'
import { Feed } from './feed.ts'
import { fill } from './fill.ts'

const usage = `Usage: npm run console-speed -- [--items 1000000] [--tables 500] [--patterns 2000] [--rate 5000] [--minutes 5]
Needs Chromium (STATOR_CHROMIUM names another). Prints what it measured; exit code 1 when an interaction took 100 ms or the page grows.
`

/** What the issue asks for. */
const interactionMsMax = 100
/** A page that grows less than this in an hour does not grow. */
const growthBytesPerHourMax = 20 * 1024 * 1024
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export interface SpeedOptions {
  readonly items: number
  readonly tables: number
  readonly patterns: number
  readonly rate: number
  readonly minutes: number
}

/** Returns the exit code. */
export async function runConsoleSpeed(words: readonly string[]): Promise<number> {
  const options = optionsOf(words)
  const executablePath = process.env.STATOR_CHROMIUM ?? places.find((place) => existsSync(place))
  if (options === undefined || executablePath === undefined) {
    process.stderr.write(usage)
    return 2
  }
  process.stdout.write(`${JSON.stringify(options)}\n`)
  const server = new StatorProcess(['--port', '0', '--in-memory'])
  const endpoint = await server.endpoint()
  await fill(endpoint, options)
  const feed = new Feed(endpoint, options.rate)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--js-flags=--expose-gc'] })
  try {
    return await measured(browser, endpoint, options, feed)
  } finally {
    await browser.close()
    feed.stop()
    server.child.kill()
  }
}

function optionsOf(words: readonly string[]): SpeedOptions | undefined {
  const names = { items: '1000000', tables: '500', patterns: '2000', rate: '5000', minutes: '5' }
  try {
    const kinds = Object.fromEntries(Object.keys(names).map((name) => [name, { type: 'string' as const }]))
    const { values } = parseArgs({ args: [...words], options: kinds })
    const numbers = Object.entries({ ...names, ...values }).map(([name, text]) => [name, Number(text)] as const)
    return numbers.every(([, value]) => Number.isFinite(value) && value >= 0)
      ? (Object.fromEntries(numbers) as unknown as SpeedOptions)
      : undefined
  } catch {
    return undefined
  }
}

async function measured(browser: Browser, endpoint: string, { minutes }: SpeedOptions, feed: Feed): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const tools = await page.context().newCDPSession(page)
  await page.addInitScript(noteInteractions)
  await page.goto(`${endpoint}/_stator/console/`)
  await page.getByRole('heading', { name: 'Tables' }).waitFor()
  const heaps: Point[] = []
  const startMs = performance.now()
  for (let walks = 1; performance.now() - startMs < minutes * 60_000 || walks <= 2; walks += 1) {
    await walk(page)
    heaps.push({ hours: (performance.now() - startMs) / 3_600_000, bytes: await heapBytes(tools) })
  }
  const durations = (await page.evaluate('window.interactions')) as readonly number[]
  const longest = Math.max(...durations)
  // What a first walk brings is there for good: code, icons, what views know.
  const growth = slope(heaps.slice(1))
  const last = heaps.at(-1)?.bytes ?? 0
  process.stdout.write(
    `${durations.length} interactions: the longest ${longest} ms, 95 of a hundred within ${percentile(durations, 0.95)} ms (Event Timing counts in steps of 8)\n` +
      `page memory ${(last / 1024 / 1024).toFixed(1)} MB, ${growth > 0 ? '+' : ''}${(growth / 1024 / 1024).toFixed(1)} MB an hour over ${heaps.length} walks\n` +
      `feed: ${Math.round(feed.perSecond)} requests/s were answered beside it\n`,
  )
  return longest < interactionMsMax && growth < growthBytesPerHourMax ? 0 : 1
}

/** In the page, which stays the same through all views. */
function noteInteractions(): void {
  const noted = globalThis as unknown as { interactions: number[] }
  noted.interactions = []
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if ((entry as { interactionId?: number }).interactionId) noted.interactions.push(entry.duration)
    }
  })
  // The types of Node.js know no events of pages.
  observer.observe({ type: 'event', durationThreshold: 16, buffered: true } as unknown as Parameters<typeof observer.observe>[0])
}

/** What somebody does who looks around. Views are reached from inside, so that the page is one. */
async function walk(page: Page): Promise<void> {
  await find(page, 'Requests')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: /^Go on/ }).click()
  await page.getByLabel('Operation', { exact: true }).pressSequentially('Get')
  await find(page, 'Access patterns')
  await page.getByLabel('Patterns with').pressSequentially('a1')
  await find(page, 'Items')
  await page.getByRole('button', { name: 'Scan' }).click()
  const grid = page.getByRole('table', { name: 'Items of Items' })
  await grid.focus()
  for (let steps = 0; steps < 20; steps += 1) await page.keyboard.press('ArrowDown')
  for (let pages = 0; pages < 5; pages += 1) await page.keyboard.press('PageDown')
  await page.keyboard.press('Enter')
  await page.getByLabel('The item as JSON').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Heat and hot keys' }).click()
  await page.getByRole('button', { name: 'writes' }).click()
  await find(page, 'Tables')
  await page.getByLabel('Names with').pressSequentially('Table-1')
}

async function find(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'A table, a view' }).pressSequentially(name)
  await page
    .getByRole('option', { name: new RegExp(`^${name}`) })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
}

async function heapBytes(tools: CDPSession): Promise<number> {
  await tools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await tools.send('Runtime.getHeapUsage')
  return usedSize
}

interface Point {
  readonly hours: number
  readonly bytes: number
}

/** By least squares, in bytes an hour. */
function slope(points: readonly Point[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(({ hours }) => hours)), mean(points.map(({ bytes }) => bytes))]
  const spread = points.reduce((sum, { hours }) => sum + (hours - x) ** 2, 0)
  return spread === 0 ? 0 : points.reduce((sum, { hours, bytes }) => sum + (hours - x) * (bytes - y), 0) / spread
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
