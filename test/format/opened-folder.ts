/** A copy of a kept folder, opened by the sources of today at the time that its answers hold for. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { ManualClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { type RunningStator, start } from '../../src/index.ts'
import { Client } from './client.ts'
import type { KeptFolder } from './kept-folders.ts'
import { unpackFolder } from './packed-folder.ts'

export interface OpenedFolder {
  readonly client: Client
  readonly clock: ManualClock
  readonly stator: RunningStator
}

const folders: string[] = []

process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is removed when the process ends: whatever a test has open there may still be at work when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stator-format-'))
  folders.push(folder)
  return folder
}

export function unpacked({ archive }: KeptFolder): string {
  const folder = temporaryFolder()
  unpackFolder(archive, folder)
  return folder
}

/** Opens what stands in the folder. It is closed after the test, unless that was done before. */
export async function openFolder(
  t: TestContext,
  dataDir: string,
  { time, regions }: Pick<KeptFolder, 'time' | 'regions'>,
): Promise<OpenedFolder> {
  const clock = new ManualClock(Date.parse(time))
  const stator = await start({
    dataDir,
    port: 0,
    jobs: 'manual',
    clock,
    random: seededRandom(1),
    regions,
    log: (text, error) => assert.ok(error === undefined, `${text}: ${error}`),
  })
  t.after(() => stator.close())
  return { client: new Client(stator.endpoint), clock, stator }
}

export function openCopy(t: TestContext, kept: KeptFolder): Promise<OpenedFolder> {
  return openFolder(t, unpacked(kept), kept)
}
