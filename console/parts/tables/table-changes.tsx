/** What of a table can be changed, one form for each, and what was done as a command of the CLI. */
import { useSignal } from '@preact/signals'
import { call } from '../../server/ask.ts'
import { indexesOf, isOnDemand, type TableDescription } from '../../server/tables.ts'
import { Command, Failed } from '../../widgets/told.tsx'
import { Choice } from './choice.tsx'
import { NewIndexForm } from './new-index-form.tsx'
import { TableTags } from './table-tags.tsx'
import { TimeToLive } from './time-to-live.tsx'

interface ChangesProps {
  readonly table: TableDescription
  readonly again: () => void
}

export function TableChanges({ table, again }: ChangesProps) {
  const { TableName, DeletionProtectionEnabled = false } = table
  const error = useSignal<unknown>(undefined)
  const done = useSignal('')
  /** By one call; its input is the command, too. */
  const change = async (operation: string, input: object): Promise<void> => {
    try {
      error.value = undefined
      await call(operation, { TableName, ...input })
      done.value = commandOf(operation, { TableName, ...input })
    } catch (failed) {
      error.value = failed
    }
    again()
  }
  const update = (input: object): Promise<void> => change('UpdateTable', input)
  return (
    <section class="card" aria-label="Changes">
      <h2>Change it</h2>
      <ThroughputForm table={table} onChange={update} />
      <StreamChoice table={table} onChange={update} />
      <Choice label="Deletion protection">
        <button type="button" class="button" onClick={() => update({ DeletionProtectionEnabled: !DeletionProtectionEnabled })}>
          {DeletionProtectionEnabled ? 'Switch it off' : 'Switch it on'}
        </button>
      </Choice>
      <TimeToLive table={TableName} onChange={(TimeToLiveSpecification) => change('UpdateTimeToLive', { TimeToLiveSpecification })} />
      <TableTags arn={table.TableArn} />
      <Choice label="Indexes">
        {(table.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => (
          <button
            key={IndexName}
            type="button"
            class="button is-danger"
            onClick={() =>
              confirm(`Delete the index ${IndexName}?`) && update({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })
            }
          >
            Delete {IndexName}
          </button>
        ))}
        {indexesOf(table).length === 0 && <span class="soft">none yet</span>}
      </Choice>
      <NewIndexForm table={table} onMake={update} />
      {error.value !== undefined && <Failed error={error.value} />}
      {done.value !== '' && (
        <>
          <p role="status">Done. The same on the command line:</p>
          <Command text={done.value} />
        </>
      )}
    </section>
  )
}

interface ChoiceProps {
  readonly table: TableDescription
  readonly onChange: (input: object) => void
}

function StreamChoice({ table, onChange }: ChoiceProps) {
  return (
    <Choice label="Stream">
      {table.StreamSpecification?.StreamEnabled === true ? (
        <button type="button" class="button" onClick={() => onChange({ StreamSpecification: { StreamEnabled: false } })}>
          Switch it off
        </button>
      ) : (
        ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'].map((StreamViewType) => (
          <button
            key={StreamViewType}
            type="button"
            class="button"
            onClick={() => onChange({ StreamSpecification: { StreamEnabled: true, StreamViewType } })}
          >
            {StreamViewType}
          </button>
        ))
      )}
    </Choice>
  )
}

function ThroughputForm({ table, onChange }: ChoiceProps) {
  const { ReadCapacityUnits = 5, WriteCapacityUnits = 5 } = table.ProvisionedThroughput ?? {}
  const read = useSignal(Math.max(1, ReadCapacityUnits))
  const write = useSignal(Math.max(1, WriteCapacityUnits))
  const units = { ReadCapacityUnits: read.value, WriteCapacityUnits: write.value }
  const provision = (): void =>
    onChange({
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: units,
      // Indexes of a table on demand have none of their own yet.
      ...(isOnDemand(table) &&
        table.GlobalSecondaryIndexes && {
          GlobalSecondaryIndexUpdates: table.GlobalSecondaryIndexes.map(({ IndexName }) => ({
            Update: { IndexName, ProvisionedThroughput: units },
          })),
        }),
    })
  return (
    <Choice label="Throughput">
      {!isOnDemand(table) && (
        <button type="button" class="button" onClick={() => onChange({ BillingMode: 'PAY_PER_REQUEST' })}>
          On demand
        </button>
      )}
      <label class="pill">
        <span>read</span>
        <input
          class="is-short"
          type="number"
          min={1}
          value={read.value}
          onInput={(event) => (read.value = Number(event.currentTarget.value))}
        />
      </label>
      <label class="pill">
        <span>write</span>
        <input
          class="is-short"
          type="number"
          min={1}
          value={write.value}
          onInput={(event) => (write.value = Number(event.currentTarget.value))}
        />
      </label>
      <button type="button" class="button" onClick={provision}>
        Provision
      </button>
    </Choice>
  )
}

function commandOf(operation: string, input: object): string {
  const command = operation.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()
  return `aws dynamodb ${command} --endpoint-url ${location.origin} --cli-input-json '${JSON.stringify(input)}'`
}
