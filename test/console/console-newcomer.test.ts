/** What somebody new met on the console that was not as it should be: on a telephone, on an empty server, when the server goes away or falls silent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { startServer } from '../../src/server/start.ts'
import { withOrders } from '../harness/console-orders.ts'
import { openConsole, skipWithoutChromium } from '../harness/console-page.ts'

const options = { skip: skipWithoutChromium }
const telephone = { width: 390, height: 800 }
const views = ['items', 'heat', 'patterns', 'entities', 'stream', 'metrics', 'files', 'backups', 'definition']

/** Elements of these whose whole width is not in sight. */
function outOfSight(page: Page, selector: string): Promise<readonly string[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.flatMap((element) => {
      const { left, right } = element.getBoundingClientRect()
      return left < 0 || right > element.ownerDocument.documentElement.clientWidth ? [element.textContent ?? ''] : []
    }),
  )
}

test('On a telephone no view is wider than the screen, and all views are in sight', options, async (t) => {
  const { page, open } = await withOrders(t)
  await page.setViewportSize(telephone)
  for (const view of ['/', '/requests', '/patterns', '/advice', '/throttles', '/cost', '/statements', '/infrastructure', '/time']) {
    await open(view)
    await page.locator('h1').waitFor()
    const { scrollWidth, clientWidth } = await page
      .evaluate('({ scrollWidth: document.documentElement.scrollWidth, clientWidth: innerWidth })')
      .then((widths) => widths as { readonly scrollWidth: number; readonly clientWidth: number })
    assert.ok(scrollWidth <= clientWidth, `${view}: ${scrollWidth} pixels`)
    assert.deepEqual(await outOfSight(page, '.nav-place, .nav-buttons button'), [], view)
  }
})

test('On a telephone the tab of the view that is shown is in sight', options, async (t) => {
  const { page, open } = await withOrders(t)
  await page.setViewportSize(telephone)
  for (const view of views) {
    await open(`/tables/Orders/${view}`)
    await page.locator('.tab.is-here').waitFor()
    assert.deepEqual(await outOfSight(page, '.tab.is-here'), [], view)
  }
})

test('An empty server says on every view what to do next', options, async (t) => {
  const { page, open } = await openConsole(t)
  await open('/patterns')
  await page.getByText('AWS_ENDPOINT_URL_DYNAMODB=http').waitFor()
  await open('/cost')
  await page.getByRole('link', { name: 'make one' }).click()
  await page.getByRole('dialog', { name: 'Make a table' }).waitFor()
})

test('What nobody answered says so when the server is there again, and can be asked again', options, async (t) => {
  const { page, server, open } = await openConsole(t)
  await open('/statements')
  await page.getByRole('textbox').fill('SELECT * FROM "Orders"')
  await server.close()
  await page.keyboard.press('Control+Enter')
  await page.getByText(/^Nobody answered at/).waitFor()
  await page.getByText('This page comes back with it.', { exact: true }).waitFor()
  const { port } = new URL(server.endpoint)
  const again = await startServer({ storage: { kind: 'memory' }, port: Number(port), crossOrigin: false, log: () => {} })
  t.after(() => again.close())
  await page.getByText('It answers again now').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByText('ResourceNotFoundException').waitFor()
})

test('A server that takes requests and says nothing does not answer', options, async (t) => {
  const { page, open } = await openConsole(t)
  await page.clock.install()
  await open('/infrastructure')
  await page.getByRole('heading', { name: 'Infrastructure code' }).waitFor()
  await page.route(/_stator\/info|health/, () => {})
  await page.clock.runFor(20_000)
  await page.getByRole('alert').getByText('does not answer').waitFor()
  await page.unroute(/_stator\/info|health/)
  await page.clock.runFor(20_000)
  await page.getByRole('alert').waitFor({ state: 'detached' })
})

test('Times are written alike, with the hours of a day from 0 to 23', options, async (t) => {
  const { page, open } = await withOrders(t)
  for (const view of ['/time', '/tables/Orders/definition']) {
    await open(view)
    await page
      .getByText(/\d\d:\d\d|Latency of Query/)
      .first()
      .waitFor()
    assert.doesNotMatch(String(await page.locator('main').textContent()), /\d\s?[AP]M\b/i, view)
  }
})

test('One value alone is seen in its chart', options, async (t) => {
  const { page, open, ask, clock } = await withOrders(t)
  const ExpressionAttributeValues = { ':p': { S: 'CUST#1' } }
  await ask('Query', { TableName: 'Orders', KeyConditionExpression: 'pk = :p', ExpressionAttributeValues })
  clock.advance(120_000)
  await open('/tables/Orders/metrics')
  const canvas = page.getByRole('img', { name: /^Latency of Query/ }).locator('canvas')
  await canvas.waitFor()
  // Everything else in the chart is grey.
  await page.waitForFunction(`(() => {
    const drawn = document.querySelector('[aria-label^="Latency of Query"] canvas')
    const { data } = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height)
    for (let at = 0; at < data.length; at += 4) {
      const colours = [data[at], data[at + 1], data[at + 2]]
      if (data[at + 3] > 200 && Math.max(...colours) - Math.min(...colours) > 60) return true
    }
    return false
  })()`)
})

test('The row that is reached by keyboard is in sight, also at the lower end', options, async (t) => {
  const { page, open, ask } = await withOrders(t)
  for (let at = 0; at < 50; at += 1) {
    await ask('PutItem', { TableName: 'Orders', Item: { pk: { S: 'MANY' }, sk: { S: String(at).padStart(2, '0') } } })
  }
  await open('/tables/Orders/items?pk=MANY&run=1')
  await page
    .getByText(/^50 items/)
    .first()
    .waitFor()
  await page.getByRole('table', { name: 'Items of Orders' }).focus()
  for (let at = 0; at < 30; at += 1) await page.keyboard.press('ArrowDown')
  const row = page.locator('.row.is-active')
  await row.getByText('30').waitFor()
  await page.waitForFunction(`(() => {
    const { bottom } = document.querySelector('.row.is-active').getBoundingClientRect()
    return bottom <= document.querySelector('.rows').getBoundingClientRect().bottom
  })()`)
})
