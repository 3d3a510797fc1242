/** Which attribute says when items expire. */
import { useSignal } from '@preact/signals'
import { slowPollMs } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { usePolled } from '../../server/polled.ts'
import { Choice } from './choice.tsx'

interface TimeToLiveProps {
  readonly table: string
  readonly onChange: (specification: { readonly Enabled: boolean; readonly AttributeName: string }) => Promise<void>
}

interface Description {
  readonly TimeToLiveDescription: { readonly TimeToLiveStatus: string; readonly AttributeName?: string }
}

export function TimeToLive({ table, onChange }: TimeToLiveProps) {
  const told = usePolled(`ttl ${table}`, slowPollMs, (signal) =>
    call<Description>('DescribeTimeToLive', { TableName: table }, undefined, signal),
  )
  const wanted = useSignal('')
  const { TimeToLiveStatus = '', AttributeName = '' } = told.value?.TimeToLiveDescription ?? {}
  const set = async (Enabled: boolean, name: string): Promise<void> => {
    await onChange({ Enabled, AttributeName: name })
    told.again()
  }
  return (
    <Choice label="Time to live">
      {AttributeName !== '' ? (
        <>
          <span>
            by <code>{AttributeName}</code>, {TimeToLiveStatus.toLowerCase()}
          </span>
          <button type="button" class="button" onClick={() => set(false, AttributeName)}>
            Switch it off
          </button>
        </>
      ) : (
        <>
          <input
            aria-label="Attribute with the second in which an item expires"
            placeholder="attribute"
            value={wanted.value}
            onInput={(event) => (wanted.value = event.currentTarget.value)}
          />
          <button type="button" class="button" disabled={wanted.value === ''} onClick={() => set(true, wanted.value)}>
            Let items expire
          </button>
        </>
      )}
    </Choice>
  )
}
