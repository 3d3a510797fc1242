/** A copy of the folder of a server that has it open, made by that one inside the folder, and taken away from there. */
import { accessSync, constants } from 'node:fs'
import { requireNew } from '../../storage/sqlite/backup.ts'
import { askControl } from '../asking/ask-control.ts'
import type { ControlEndpoint } from '../asking/endpoint.ts'

/** Resolves with where it is. Rejects with one clear sentence. */
export async function snapshotByServer(endpoint: ControlEndpoint, backup: string): Promise<string> {
  requireNew(backup)
  const asked = { method: 'POST', path: '/_stator/snapshot', body: {}, answerHas: 'file' } as const
  const { file } = (await askControl(endpoint, { ...asked, otherwise: 'copy its folder with --data-dir' })) as { readonly file: string }
  // What is there is taken away: only what a Stator made for this.
  if (!/[\\/]snapshots[\\/]snapshot-\w+[\\/]stator\.db$/.test(file))
    throw new Error(`What ${endpoint.url.origin} answers is no snapshot of Stator's.`)
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
  } catch (error) {
    throw new Error(`The server made ${file} on its machine: run this there, as the user that it runs as.`, { cause: error })
  }
  return file
}
