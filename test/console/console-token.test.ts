/** The console from another machine: the token is brought once, wrong ones are told, and it only shows unless it was started to do more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BearerToken } from '../../src/server/auth/bearer-token.ts'
import { orders } from '../harness/console-orders.ts'
import { openConsole, skipWithoutChromium } from '../harness/console-page.ts'
import { fromElsewhere, skipInside } from '../harness/from-elsewhere.ts'

const secret = 'the-token-of-this-test'

test('Somebody at another machine brings the token, looks, and leaves', { skip: skipWithoutChromium || skipInside }, async (t) => {
  const controlToken = new BearerToken()
  controlToken.replace(secret)
  const { page, server, ask, mayAsk, checkAccess } = await openConsole(t, {
    host: '0.0.0.0',
    controlAccess: 'open',
    controlToken,
    isElsewhere: true,
  })
  await ask('CreateTable', orders)
  const elsewhere = await fromElsewhere(t, server.port)
  mayAsk(elsewhere)
  await page.goto(`${elsewhere}/_stator/console/`)
  await page.getByLabel('Token').fill('wrong-wrong-wrong')
  await checkAccess()
  await page.getByRole('button', { name: 'Bring it' }).click()
  await page.getByRole('alert').getByText('This is not the token of the server.').waitFor()
  assert.equal(await page.getByLabel('Token').inputValue(), '')
  await page.getByLabel('Token').fill(secret)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Orders' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Make a table' }).count(), 0)
  assert.equal(await page.evaluate('document.cookie'), '')
  const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, location.href])')
  assert.doesNotMatch(String(kept), new RegExp(secret))
  await page.reload()
  await page.getByRole('link', { name: 'Orders' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Token').waitFor()
  await page.reload()
  await page.getByLabel('Token').waitFor()
})
