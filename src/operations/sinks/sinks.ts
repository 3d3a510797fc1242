/** The sinks of a server: each with a job of its own, so that nodes share them and none waits for another. Loaded where there are some. */

import type { Log } from '../../base/log.ts'
import { leasedEngine } from '../../engine/jobs/leased-engine.ts'
import type { Job } from '../../engine/jobs/run-due-jobs.ts'
import { engineOf } from '../../engine/regions.ts'
import type { Table } from '../../engine/schema/table.ts'
import { type DeliveredSink, SinkDelivery } from '../../engine/sinks/sink-delivery.ts'
import type { MeteredEngine } from '../../metering/metered-engine.ts'
import { appendLines } from '../../outbound/append-lines.ts'
import { changeLine } from '../../outbound/sinks/change-line.ts'
import { openFileSink, openFunctionSink, openOutputSink } from '../../outbound/sinks/file-sink.ts'
import { openOpenSearchSink } from '../../outbound/sinks/opensearch-sink.ts'
import type { ColumnType } from '../../outbound/sinks/postgres-columns.ts'
import { openPostgresSink } from '../../outbound/sinks/postgres-sink.ts'
import type { Refused, Sink, SinkBatch } from '../../outbound/sinks/sink.ts'
import { openWebhookSink } from '../../outbound/sinks/webhook-sink.ts'
import { compileWhere, rowReader } from '../views/compile-view.ts'
import { readSinks, type SinkDefinition, SinkDefinitionFault } from './sink-definition.ts'
import { toldChanges } from './told-changes.ts'

export interface RunningSink {
  readonly definition: SinkDefinition
  readonly delivery: SinkDelivery
  /** As the region sees it whose table it follows. */
  readonly engine: MeteredEngine
}

export class Sinks {
  readonly running: readonly RunningSink[]
  readonly jobs: readonly Job[]

  /** Throws SinkDefinitionFault. */
  constructor(engine: MeteredEngine, given: unknown, log: Log) {
    const { sinks, deadLetters } = readSinks(given)
    this.running = sinks.map((definition) => ({
      definition,
      delivery: new SinkDelivery(deliveredSink(definition, deadLetters, log)),
      engine: definition.region === undefined ? engine : engineOf(engine, definition.region),
    }))
    this.jobs = this.running.map(({ definition, delivery, engine: regional }) => ({
      name: `sink ${definition.name}`,
      step: (nowMs, lease) => delivery.step(leasedEngine(regional, lease), nowMs),
    }))
  }

  /** What is on its way and not noted comes again. */
  async close(): Promise<void> {
    await Promise.all(this.running.map(({ delivery }) => delivery.close()))
  }
}

function deliveredSink(definition: SinkDefinition, deadLetters: string, log: Log): DeliveredSink {
  const { name, from, loads, where, item } = definition
  const isMeant = compileWhere((sentence) => new SinkDefinitionFault(`Sink ${name}: ${sentence}`), where)
  const told = rowReader(item)
  return {
    name,
    from,
    loads,
    openFor: (table) => openSink(definition, table),
    changesOf: ({ key }, page) => toldChanges(key, page, { isMeant, told }),
    keepRefused: (batch, refused) => keepRefused(name, deadLetters, batch, refused),
    tell: (sentence) => log(sentence),
  }
}

/** A line of JSON for each, synced before the sink goes on. */
async function keepRefused(name: string, file: string, batch: SinkBatch, refused: readonly Refused[]): Promise<void> {
  const lines = refused.map(({ change, reason }) => {
    const head = JSON.stringify({ sink: name, reason, at: new Date(batch.nowMs).toISOString() })
    return `${head.slice(0, -1)},"change":${changeLine(batch, change, 'dynamodb')}}`
  })
  await appendLines(file, lines)
}

const columnTypeOf: { readonly [type: string]: ColumnType } = { S: 'text', N: 'numeric', B: 'bytea' }

function openSink({ name, to }: SinkDefinition, { key }: Table): Sink {
  const keys = [...key.hash, ...key.range]
  switch (to.kind) {
    case 'file':
      return to.file === '-' ? openOutputSink(to) : openFileSink(to)
    case 'url':
      return openWebhookSink(to)
    case 'call':
      return openFunctionSink(to.take)
    case 'postgres':
      return openPostgresSink({ ...to, name, key: keys.map((each) => ({ name: each.name, type: columnTypeOf[each.type] ?? 'text' })) })
    case 'opensearch':
      return openOpenSearchSink({ ...to, keyNames: keys.map((each) => each.name) })
  }
}
