/** Sends what is told of failures to where the file of functions says: a file, a folder, an endpoint. It has arrived when this resolves. */
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import type { Destination } from './function-host.ts'
import { deliveryMsMax } from './limits.ts'

/** Rejects with one sentence when it did not arrive. */
export async function deliver(destination: Exclude<Destination, { readonly kind: 'table' }>, text: string, key: string): Promise<void> {
  switch (destination.kind) {
    case 'file':
      return append(destination.path, `${text}\n`)
    case 'folder':
      return put(destination.path, key, text)
    case 'url':
      return post(destination.url, text)
  }
}

async function append(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a')
  try {
    await file.appendFile(line)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Nobody sees a part of it. */
async function put(folder: string, key: string, text: string): Promise<void> {
  const path = join(folder, normalize(`/${key}`))
  await mkdir(dirname(path), { recursive: true })
  const file = await open(`${path}.new`, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

async function post(url: string, text: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
    signal: AbortSignal.timeout(deliveryMsMax),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
}
