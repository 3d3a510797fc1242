/** What a table is: keys, indexes, throughput, stream; and how it goes. */
import { useSignal } from '@preact/signals'
import { useLocation } from 'wouter-preact'
import { call } from '../../server/ask.ts'
import { mayChange } from '../../server/keys.ts'
import { indexesOf, isOnDemand, type KeyElement, type TableDescription } from '../../server/tables.ts'
import { bytes, count, dayAndTime } from '../../values/shown-numbers.ts'
import { Badge, statusTone } from '../../widgets/badge.tsx'
import { CopyButton } from '../../widgets/copy-button.tsx'
import { Dialog } from '../../widgets/dialog.tsx'
import { Command, Failed } from '../../widgets/told.tsx'
import { TableChanges } from './table-changes.tsx'
import { Works } from './works.tsx'

export function Definition({ table, again }: { readonly table: TableDescription; readonly again: () => void }) {
  const isDropping = useSignal(false)
  const facts: readonly (readonly [string, string])[] = [
    ['Key', keyWords(table.KeySchema, table)],
    ['Throughput', throughputWords(table)],
    ['Table class', table.TableClassSummary?.TableClass ?? 'STANDARD'],
    ['Stream', table.StreamSpecification?.StreamEnabled === true ? (table.StreamSpecification.StreamViewType ?? 'on') : 'none'],
    ['Deletion protection', table.DeletionProtectionEnabled === true ? 'on' : 'off'],
    ['Made', dayAndTime(table.CreationDateTime * 1000)],
  ]
  return (
    <div class="scrolled">
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>ARN</dt>
          <dd>
            <code>{table.TableArn}</code> <CopyButton text={table.TableArn} label="Copy" />
          </dd>
        </div>
      </dl>
      <Works table={table.TableName} />
      <Indexes table={table} />
      {mayChange && <TableChanges table={table} again={again} />}
      <h2>As the AWS CLI makes it</h2>
      <Command text={createCommand(table)} />
      {mayChange && (
        <p>
          <button type="button" class="button is-danger" onClick={() => (isDropping.value = true)}>
            Delete this table …
          </button>
        </p>
      )}
      {isDropping.value && (
        <Dropping
          table={table}
          onClose={() => {
            isDropping.value = false
            again()
          }}
        />
      )}
    </div>
  )
}

function Indexes({ table }: { readonly table: TableDescription }) {
  const indexes = indexesOf(table)
  if (indexes.length === 0) return <p class="soft">It has no secondary indexes.</p>
  const global = new Set(table.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName))
  return (
    <>
      <h2>Indexes</h2>
      <div class="table-scroll">
        <table class="plain">
          <thead>
            <tr>
              {['Name', 'Kind', 'Key', 'Projection', 'Status', 'Items', 'Size'].map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {indexes.map(({ IndexName, KeySchema, Projection, IndexStatus = 'ACTIVE', ItemCount = 0, IndexSizeBytes = 0 }) => (
              <tr key={IndexName}>
                <td>
                  <bdi>{IndexName}</bdi>
                </td>
                <td>{global.has(IndexName) ? 'global' : 'local'}</td>
                <td>{keyWords(KeySchema, table)}</td>
                <td>{[Projection.ProjectionType, ...(Projection.NonKeyAttributes ?? [])].join(', ')}</td>
                <td>
                  <Badge tone={statusTone(IndexStatus)}>{IndexStatus.toLowerCase()}</Badge>
                </td>
                <td class="number">{count(ItemCount)}</td>
                <td class="number">{bytes(IndexSizeBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Dropping({ table: { TableName, ItemCount }, onClose }: { readonly table: TableDescription; readonly onClose: () => void }) {
  const typed = useSignal('')
  const error = useSignal<unknown>(undefined)
  const [, go] = useLocation()
  const drop = async (): Promise<void> => {
    try {
      await call('DeleteTable', { TableName })
      go('/')
    } catch (failed) {
      error.value = failed
    }
  }
  return (
    <Dialog title={`Delete ${TableName}`} onClose={onClose}>
      <p>The table and its {count(ItemCount)} items are gone then. Type its name to say that you mean it.</p>
      <input aria-label="Name of the table" value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
      {error.value !== undefined && <Failed error={error.value} />}
      <div class="dialog-foot">
        <button type="button" class="button is-danger" disabled={typed.value !== TableName} onClick={drop}>
          Delete the table
        </button>
      </div>
    </Dialog>
  )
}

function keyWords(schema: readonly KeyElement[], { AttributeDefinitions }: TableDescription): string {
  const typeOf = (name: string): string => AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? '?'
  return schema.map(({ AttributeName }) => `${AttributeName} (${typeOf(AttributeName)})`).join(', ')
}

function throughputWords(table: TableDescription): string {
  if (isOnDemand(table)) return 'on demand'
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = table.ProvisionedThroughput ?? {}
  return `provisioned: ${count(ReadCapacityUnits)} read and ${count(WriteCapacityUnits)} write units a second`
}

/** The command that makes one like it. */
function createCommand(table: TableDescription): string {
  const { TableName, KeySchema, AttributeDefinitions } = table
  const index = ({ IndexName, KeySchema: key, Projection }: ReturnType<typeof indexesOf>[number]): object => ({
    IndexName,
    KeySchema: key,
    Projection,
    ...(!isOnDemand(table) && { ProvisionedThroughput: unitsOf(table) }),
  })
  const input = {
    TableName,
    KeySchema,
    AttributeDefinitions,
    ...(isOnDemand(table) ? { BillingMode: 'PAY_PER_REQUEST' } : { ProvisionedThroughput: unitsOf(table) }),
    ...(table.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: table.GlobalSecondaryIndexes.map(index) }),
    ...(table.LocalSecondaryIndexes && {
      LocalSecondaryIndexes: table.LocalSecondaryIndexes.map(({ IndexName, KeySchema: key, Projection }) => ({
        IndexName,
        KeySchema: key,
        Projection,
      })),
    }),
    ...(table.StreamSpecification && { StreamSpecification: table.StreamSpecification }),
  }
  return `aws dynamodb create-table --cli-input-json '${JSON.stringify(input, undefined, 2).replaceAll("'", "'\\''")}'`
}

function unitsOf({
  ProvisionedThroughput: { ReadCapacityUnits = 1, WriteCapacityUnits = 1 } = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
}: TableDescription): object {
  return { ReadCapacityUnits, WriteCapacityUnits }
}
