/** The tags of a table. */
import { useSignal } from '@preact/signals'
import { X } from 'lucide-preact'
import { slowPollMs } from '../../limits.ts'
import { call } from '../../server/ask.ts'
import { usePolled } from '../../server/polled.ts'
import { Failed } from '../../widgets/told.tsx'
import { Choice } from './choice.tsx'

interface Tags {
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[]
}

export function TableTags({ arn }: { readonly arn: string }) {
  const told = usePolled(`tags ${arn}`, slowPollMs, (signal) => call<Tags>('ListTagsOfResource', { ResourceArn: arn }, undefined, signal))
  const key = useSignal('')
  const value = useSignal('')
  const error = useSignal<unknown>(undefined)
  const change = async (operation: string, input: object): Promise<void> => {
    try {
      error.value = undefined
      await call(operation, { ResourceArn: arn, ...input })
      key.value = ''
      value.value = ''
    } catch (failed) {
      error.value = failed
    }
    told.again()
  }
  return (
    <>
      <Choice label="Tags">
        {(told.value?.Tags ?? []).map(({ Key, Value }) => (
          <span key={Key} class="chip">
            <bdi>{Key}</bdi>: <bdi>{Value}</bdi>
            <button
              type="button"
              class="button is-quiet"
              aria-label={`Without the tag ${Key}`}
              onClick={() => change('UntagResource', { TagKeys: [Key] })}
            >
              <X size={13} aria-hidden="true" />
            </button>
          </span>
        ))}
        <input
          size={10}
          aria-label="Key of a tag"
          placeholder="key"
          value={key.value}
          onInput={(event) => (key.value = event.currentTarget.value)}
        />
        <input
          size={10}
          aria-label="Value of a tag"
          placeholder="value"
          value={value.value}
          onInput={(event) => (value.value = event.currentTarget.value)}
        />
        <button
          type="button"
          class="button"
          disabled={key.value === ''}
          onClick={() => change('TagResource', { Tags: [{ Key: key.value, Value: value.value }] })}
        >
          Tag it
        </button>
      </Choice>
      {error.value !== undefined && <Failed error={error.value} />}
    </>
  )
}
