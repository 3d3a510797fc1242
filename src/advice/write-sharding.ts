/** How the writes of one key are spread over several: how many, and the code that does it (K2). */
import type { Change } from './finding.ts'
import { shardWriteUnits } from './limits.ts'

export function shardCount(peakUnitsPerSecond: number): number {
  return Math.max(2, 2 ** Math.ceil(Math.log2(Math.max(1, peakUnitsPerSecond / shardWriteUnits))))
}

/** `attribute` is that of the partition key. */
export function shardingChange(attribute: string, shards: number, peakUnitsPerSecond: number): Change {
  return {
    text:
      `Spread this key over N = ${shards} shards: ceil(${Math.ceil(peakUnitsPerSecond)} ÷ ${shardWriteUnits}) writes/s, up to the next power of two, so that doubling later moves half. ` +
      'Take the suffix from an id that the reader knows, and reading one item stays one GetItem. Shard only keys that need it: keep their N in an item, and take 1 for all others. ' +
      'Reading all is N Queries at once: at most 0.5 × ceil(bytes ÷ 4096) + 0.5 × N read units, in the time of the slowest.',
    code: [
      "import { crc32 } from 'node:zlib'",
      `const N = ${shards}`,
      `const shardOf = (key, id) => \`\${key}#\${crc32(id) % N}\` // write and read one: ${attribute} = shardOf(key, orderId)`,
      `const all = await Promise.all(Array.from({ length: N }, (_, i) => query(\`\${key}#\${i}\`)))`,
    ].join('\n'),
  }
}
