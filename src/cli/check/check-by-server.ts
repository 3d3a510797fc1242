/** A check by the server that has the data open: begun, and asked after until it is over. */
import { setTimeout as wait } from 'node:timers/promises'
import type { CheckStatus, HowToCheck } from '../../server/checks.ts'
import { askControl } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'
import { askedEveryMs } from '../limits.ts'
import type { ProgressLine } from '../progress-line.ts'
import { checkLine } from './check-text.ts'

/** Rejects with one clear sentence. */
export async function checkByServer(endpoint: ControlEndpoint, how: HowToCheck, progress: ProgressLine): Promise<CheckStatus> {
  const asked = { path: '/_stator/check', answerHas: 'findings', otherwise: 'check its folder with --data-dir' } as const
  let status = (await askControl(endpoint, { ...asked, method: 'POST', body: how })) as CheckStatus
  while (status.isRunning) {
    await wait(askedEveryMs)
    status = (await askControl(endpoint, { ...asked, method: 'GET' })) as CheckStatus
    progress.show(() => checkLine(status))
  }
  return status
}
