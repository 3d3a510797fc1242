/**
 * The thread that copies the write-ahead log into the database, so that its writes and fsyncs stall no request. It answers
 * every message, which says of what kind, with what one checkpoint did; deciding when is the Checkpointer's part.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { DatabaseSync } from './node-sqlite.ts'
import { extendedCode, messageOf } from './sqlite-errors.ts'

/** Frames in the log and how many of them the database has. `failed` is why the checkpoint failed. */
export interface CheckpointResult {
  readonly logFrames: number
  readonly copiedFrames: number
  readonly failed?: string
  /** And SQLite's code for it. */
  readonly code?: number | undefined
}

/** Passive: as much as nobody needs to wait for. Truncate: all of it, and the file is empty then; writes must wait meanwhile. */
export type CheckpointKind = 'passive' | 'truncate'

const port = parentPort
if (port !== null) {
  const connection = new DatabaseSync(String(workerData), { timeout: 0 })
  connection.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA wal_autocheckpoint = 0')
  const statements = {
    passive: connection.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
    truncate: connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
  }
  port.on('message', (kind: CheckpointKind) => {
    let result: CheckpointResult
    try {
      const row = statements[kind].get()
      result = { logFrames: Number(row?.log), copiedFrames: Number(row?.checkpointed) }
    } catch (error) {
      result = { logFrames: 0, copiedFrames: 0, failed: messageOf(error), code: extendedCode(error) }
    }
    port.postMessage(result)
  })
}
