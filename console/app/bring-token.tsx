/** For servers that take control requests of other machines with a token: it is brought once, and a cookie that no script can read stands for it from then on. */
import { useSignal } from '@preact/signals'
import { bringToken } from '../server/ask.ts'
import { wordsOf } from '../server/server-error.ts'

export function BringToken() {
  const problem = useSignal('')
  const isBusy = useSignal(false)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('token') as HTMLInputElement
    isBusy.value = true
    try {
      await bringToken(field.value.trim())
    } catch (error) {
      problem.value = wordsOf(error)
    }
    field.value = ''
    isBusy.value = false
  }
  return (
    <main class="alone">
      <form class="card" onSubmit={submit}>
        <h1>Stator</h1>
        <p class="soft">
          To other machines this server shows its console with the token that it printed when it started, or that --control-token-file has.
        </p>
        <label class="field">
          <span>Token</span>
          <input name="token" type="password" autocomplete="off" spellcheck={false} required />
        </label>
        {problem.value !== '' && <p role="alert">{problem.value}</p>}
        <button type="submit" class="button is-main" disabled={isBusy.value}>
          Bring it
        </button>
      </form>
    </main>
  )
}
