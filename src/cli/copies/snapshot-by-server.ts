/** A copy of the folder of a server that has it open, made by that one beside the file that the backup is to be. */
import { resolve } from 'node:path'
import { requireNew } from '../../storage/sqlite/backup.ts'

/** Resolves with where it is. Rejects with one clear sentence. */
export async function snapshotByServer(endpoint: URL, backup: string): Promise<string> {
  requireNew(backup)
  const file = `${resolve(backup)}.snapshot`
  const asked = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ file }) }
  const response = await fetch(new URL('/_stator/snapshot', endpoint), asked).catch((error: unknown) => {
    throw new Error(`No server answers at ${endpoint.origin}: copy its folder with --data-dir.`, { cause: error })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && typeof answer === 'object' && answer !== null && 'file' in answer) return file
  if (typeof answer === 'object' && answer !== null && 'error' in answer) throw new Error(String(answer.error))
  throw new Error(`What answers at ${endpoint.origin} is no Stator with a control endpoint.`)
}
