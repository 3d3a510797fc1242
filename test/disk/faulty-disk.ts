/** A server on a disk that fails, by a library that stands between it and the system (faulty-disk.c). It is built where gcc and Linux are. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Random } from '../../src/base/random.ts'
import { StatorProcess } from '../cli/stator-process.ts'
import { targetFor } from '../harness/target-for.ts'

export type DiskFault = 'none' | 'fsync fails' | 'write fails' | 'no room' | 'lies' | 'is read-only'

/** What faulty-disk.c goes by. */
const letters: { readonly [Fault in DiskFault]: string } = {
  none: '.',
  'fsync fails': 'f',
  'write fails': 'w',
  'no room': 'n',
  lies: 'l',
  'is read-only': 'r',
}

const sectorBytes = 512

/** Why there is no such disk here. */
export function whyNoFaultyDisk(): string | undefined {
  if (process.platform !== 'linux') return 'a preloaded library is for Linux'
  return spawnSync('gcc', ['--version']).status === 0 ? undefined : 'gcc is missing'
}

/** Everything of one test lies in a folder that goes with it. */
export class FaultyDisk {
  readonly folder: string
  readonly #root: string
  readonly #library: string
  readonly #t: TestContext

  constructor(t: TestContext) {
    this.#t = t
    this.#root = mkdtempSync(join(tmpdir(), 'stator-disk-'))
    t.after(() => rmSync(this.#root, { recursive: true, force: true }))
    this.#library = join(this.#root, 'faulty-disk.so')
    const source = join(import.meta.dirname, 'faulty-disk.c')
    const built = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-Wall', '-Werror', '-o', this.#library, source, '-ldl'])
    if (built.status !== 0) throw new Error(String(built.stderr))
    this.folder = join(this.#root, 'data')
    mkdirSync(this.folder)
    mkdirSync(join(this.#root, 'durable'))
    this.suffer('none')
  }

  /** From now on. */
  suffer(fault: DiskFault): void {
    writeFileSync(join(this.#root, 'fault'), letters[fault])
  }

  async start(): Promise<DiskServer> {
    const environment = {
      LD_PRELOAD: this.#library,
      STATOR_DISK_FOLDER: this.folder,
      STATOR_DISK_FAULT: join(this.#root, 'fault'),
      STATOR_DISK_DURABLE: join(this.#root, 'durable'),
    }
    return startOn(this.#t, this.folder, environment)
  }

  /**
   * What a power cut leaves of the files: each as it was when it was last synced, but for sectors that were written since, of which any
   * may be on the disk and any not. A file that was never synced is gone.
   */
  cutPower(random: Random): void {
    for (const name of readdirSync(this.folder)) {
      const durable = join(this.#root, 'durable', name)
      const file = join(this.folder, name)
      if (!existsSync(durable)) {
        rmSync(file)
        continue
      }
      const written = readFileSync(file)
      const kept = readFileSync(durable)
      const left = Buffer.alloc(Math.max(kept.length, written.length))
      kept.copy(left)
      for (let at = 0; at < written.length; at += sectorBytes) {
        const sector = written.subarray(at, at + sectorBytes)
        if (!sector.equals(left.subarray(at, at + sector.length)) && (random.bytes(1)[0] ?? 0) < 128) sector.copy(left, at)
      }
      writeFileSync(file, left)
      copyFileSync(file, durable)
    }
  }
}

export interface Answered {
  readonly status: number
  readonly body: { readonly [member: string]: unknown }
}

export class DiskServer {
  readonly process: StatorProcess
  readonly #endpoint: string

  constructor(server: StatorProcess, endpoint: string) {
    this.process = server
    this.#endpoint = endpoint
  }

  async ask(operation: string, input: object): Promise<Answered> {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': targetFor(operation),
      'x-amz-date': '20261122T100000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
    }
    const response = await fetch(this.#endpoint, { method: 'POST', headers, body: JSON.stringify(input) })
    return { status: response.status, body: (await response.json()) as Answered['body'] }
  }

  put(id: number, text = 'x'): Promise<Answered> {
    return this.ask('PutItem', { TableName: 'Disk', Item: { id: { N: String(id) }, text: { S: text } } })
  }

  async has(id: number): Promise<boolean> {
    const { status, body } = await this.ask('GetItem', { TableName: 'Disk', Key: { id: { N: String(id) } }, ConsistentRead: true })
    if (status !== 200) throw new Error(`GetItem answered ${status}`)
    return body.Item !== undefined
  }

  async makeTable(): Promise<void> {
    await this.ask('CreateTable', {
      TableName: 'Disk',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    })
  }

  /** What `/health/ready` says. */
  async ready(): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${this.#endpoint}/health/ready`)
    return { status: response.status, text: await response.text() }
  }

  async kill(): Promise<void> {
    this.process.child.kill('SIGKILL')
    await this.process.ended
  }
}

export async function startOn(t: TestContext, folder: string, environment: { readonly [name: string]: string } = {}): Promise<DiskServer> {
  const server = new StatorProcess(['--port', '0', '--data-dir', folder], { environment })
  t.after(() => server.child.kill('SIGKILL'))
  return new DiskServer(server, await server.endpoint())
}
