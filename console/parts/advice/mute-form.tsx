/** Why a finding is not to be told any more; or that it is to be told again. */
import { useSignal } from '@preact/signals'
import type { AdviceReport } from '../../../src/server/control/advice-routes.ts'
import { control } from '../../server/ask.ts'
import { Failed } from '../../widgets/told.tsx'

interface MuteFormProps {
  readonly finding: AdviceReport['findings'][number]
  readonly done: () => void
}

export function MuteForm({ finding: { fingerprint, muted }, done }: MuteFormProps) {
  const why = useSignal('')
  const error = useSignal<unknown>(undefined)
  const change = async (event: Event): Promise<void> => {
    event.preventDefault()
    try {
      const path = `advice/muted/${fingerprint}`
      await (muted === undefined ? control('PUT', path, { why: why.value }) : control('DELETE', path))
      done()
    } catch (thrown) {
      error.value = thrown
    }
  }
  return (
    <form class="form" onSubmit={change}>
      {muted === undefined && (
        <label class="field">
          <span>Why</span>
          <input
            required
            value={why.value}
            onInput={(event) => {
              why.value = event.currentTarget.value
            }}
          />
        </label>
      )}
      <button type="submit" class="button">
        {muted === undefined ? 'Do not tell it any more' : 'Tell it again'}
      </button>
      {error.value !== undefined && <Failed error={error.value} />}
    </form>
  )
}
