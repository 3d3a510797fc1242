/** A check by the server that has the data open: begun, and asked after until it is over. */
import { setTimeout as wait } from 'node:timers/promises'
import type { CheckStatus, HowToCheck } from '../../server/checks.ts'
import { askedEveryMs } from '../limits.ts'
import type { Progress } from './progress.ts'

/** Rejects with one clear sentence. */
export async function checkByServer(endpoint: URL, how: HowToCheck, progress: Progress): Promise<CheckStatus> {
  let status = await ask(endpoint, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(how) })
  while (status.isRunning) {
    await wait(askedEveryMs)
    status = await ask(endpoint, {})
    progress.show(status)
  }
  return status
}

async function ask(endpoint: URL, init: RequestInit): Promise<CheckStatus> {
  const response = await fetch(new URL('/_stator/check', endpoint), init).catch((error: unknown) => {
    throw new Error(`No server answers at ${endpoint.origin}: check its folder with --data-dir.`, { cause: error })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && typeof answer === 'object' && answer !== null && 'findings' in answer) return answer as CheckStatus
  if (typeof answer === 'object' && answer !== null && 'error' in answer) throw new Error(String(answer.error))
  throw new Error(`What answers at ${endpoint.origin} is no Stator with a control endpoint.`)
}
