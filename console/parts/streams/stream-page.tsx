/** The stream of a table: its shards as a tree, and its records as they come, old beside new. */
import { useSignal } from '@preact/signals'
import { Pause, Play } from 'lucide-preact'
import type { TableDescription } from '../../server/tables.ts'
import { keyNames } from '../../server/tables.ts'
import { keyText, lineOf } from '../../values/attribute-value.ts'
import { count, counted, time, utc } from '../../values/shown-numbers.ts'
import { Badge } from '../../widgets/badge.tsx'
import { Empty, Failed } from '../../widgets/told.tsx'
import { Heads, VirtualRows } from '../../widgets/virtual-rows.tsx'
import { Consumers } from './consumers.tsx'
import { shardTree } from './shard-tree.ts'
import { differencesOf, type StreamRecord } from './stream-records.ts'
import { useTail } from './use-tail.ts'

const columns = '92px 90px minmax(180px, 1fr) minmax(280px, 3fr)'

export function StreamPage({ table }: { readonly table: TableDescription }) {
  const { LatestStreamArn: arn, StreamSpecification, TableName } = table
  if (arn === undefined || StreamSpecification?.StreamEnabled !== true) {
    return (
      <Empty
        title="This table has no stream"
        command={`aws dynamodb update-table --table-name ${TableName} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES --endpoint-url ${location.origin}`}
      >
        <p>With one, each change of an item is a record that programs read in order. This switches it on:</p>
      </Empty>
    )
  }
  return <Tail arn={arn} table={table} />
}

function Tail({ arn, table }: { readonly arn: string; readonly table: TableDescription }) {
  const isPaused = useSignal(false)
  const tail = useTail(arn, isPaused)
  const key = keyNames(table.KeySchema)
  const records = tail.records.value
  return (
    <>
      <div class="choices">
        <Badge tone="accent">{table.StreamSpecification?.StreamViewType ?? ''}</Badge>
        <span class="soft" role="status">
          {counted(records.length, 'record')} since this view was opened, of {counted(tail.shards.value.length, 'shard')}
        </span>
        <button
          type="button"
          class="button"
          aria-pressed={isPaused.value}
          onClick={() => {
            isPaused.value = !isPaused.value
          }}
        >
          {isPaused.value ? <Play size={15} aria-hidden="true" /> : <Pause size={15} aria-hidden="true" />}{' '}
          {isPaused.value ? 'Go on' : 'Pause'}
        </button>
      </div>
      {tail.error.value !== undefined && <Failed error={tail.error.value} />}
      <Consumers table={table.TableName} arn={arn} />
      <details>
        <summary>Shards: {counted(tail.shards.value.filter(({ isOpen }) => isOpen).length, 'open one')}</summary>
        <ul class="shards">
          {shardTree(tail.shards.value).map(({ shard: { id, isOpen }, depth }) => (
            <li key={id} style={{ paddingInlineStart: `${depth * 18}px` }}>
              <code>{id}</code> <Badge tone={isOpen ? 'good' : 'plain'}>{isOpen ? 'open' : 'closed'}</Badge>
            </li>
          ))}
        </ul>
      </details>
      {records.length === 0 ? (
        <Empty title="No records yet">Each change of an item of {table.TableName} shows here when it is made.</Empty>
      ) : (
        <VirtualRows
          label="Records, the newest first"
          count={records.length}
          columns={columns}
          head={<Heads names={['Time', 'Event', 'Key', 'What changed']} />}
          row={(at) => {
            const record = records[records.length - 1 - at]
            return record && <RecordRow record={record} keyNames={key} />
          }}
        />
      )}
    </>
  )
}

function RecordRow({ record, keyNames: key }: { readonly record: StreamRecord; readonly keyNames: readonly string[] }) {
  const { eventName, dynamodb, userIdentity } = record
  const ms = dynamodb.ApproximateCreationDateTime * 1000
  const changes = differencesOf(record)
  return (
    <>
      <time role="cell" title={utc(ms)}>
        {time(ms)}
      </time>
      <span role="cell">
        <Badge tone={eventName === 'INSERT' ? 'good' : eventName === 'REMOVE' ? 'bad' : 'warn'}>{eventName.toLowerCase()}</Badge>
      </span>
      <span role="cell">
        <bdi>{keyText(dynamodb.Keys, key)}</bdi>
      </span>
      <span role="cell" class="differences">
        {userIdentity !== undefined && <Badge>expired</Badge>}
        {changes.length === 0 && <span class="soft">{count(dynamodb.SizeBytes)} bytes, without images</span>}
        {changes.map(({ name, before, after }) => (
          <span key={name}>
            <bdi>{name}</bdi> {before !== undefined && <del>{lineOf(before)}</del>} {after !== undefined && <ins>{lineOf(after)}</ins>}{' '}
          </span>
        ))}
      </span>
    </>
  )
}
