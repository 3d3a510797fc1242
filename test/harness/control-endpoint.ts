/** The control endpoint of a server in another process: how a test that must not wait moves its clock, and looks into it. */
import assert from 'node:assert/strict'

/** Sends one request to `/_stator/…` and returns what is answered, which must be 200. */
export async function askControl(endpoint: string, method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const request = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) }
  const response = await fetch(`${endpoint}/_stator/${path}`, request)
  const text = await response.text()
  assert.equal(response.status, 200, `${method} ${path}: ${text}`)
  return JSON.parse(text)
}

/** From now on it is this time (ISO 8601) until the clock is moved. */
export async function stopClock(endpoint: string, now: string): Promise<void> {
  await askControl(endpoint, 'PUT', 'clock', { now, frozen: true })
}

/** Resolves when all that is due at the new time is done. */
export async function advanceClock(endpoint: string, byMs: number): Promise<void> {
  await askControl(endpoint, 'POST', 'clock/advance', { byMs })
}
