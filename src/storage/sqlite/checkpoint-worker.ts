/**
 * The thread that copies the write-ahead log into the database, so that its writes and fsyncs stall no request. It answers
 * every message with what one passive checkpoint did; deciding when is the Checkpointer's part.
 */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

/** Frames in the log and how many of them the database has. `failed` is why the checkpoint failed. */
export interface CheckpointResult {
  readonly logFrames: number
  readonly copiedFrames: number
  readonly failed?: string
}

const port = parentPort
if (port !== null) {
  const connection = new DatabaseSync(String(workerData), { timeout: 0 })
  connection.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA wal_autocheckpoint = 0')
  const checkpoint = connection.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  port.on('message', () => {
    let result: CheckpointResult
    try {
      const row = checkpoint.get()
      result = { logFrames: Number(row?.log), copiedFrames: Number(row?.checkpointed) }
    } catch (error) {
      result = { logFrames: 0, copiedFrames: 0, failed: error instanceof Error ? error.message : String(error) }
    }
    port.postMessage(result)
  })
}
